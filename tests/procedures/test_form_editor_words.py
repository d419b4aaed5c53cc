"""Nobody needs to read code in the form editor: what a kind may be told stands there in words, with a control that fits."""

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from procedures.admin.form_editor.param_controls import FIELD_LISTS, JsonControl, controls_of
from procedures.admin.form_editor.words import ONE_OF, PARAMS
from procedures.form_definitions import kind_names
from procedures.form_definitions.kinds.base import kind_named
from procedures.form_definitions.params import OneOf, Several
from procedures.models import ProcedureRevision
from tests.factories.procedures import FORM, ChannelTermFactory, ProcedureRevisionFactory, published_procedure
from tests.procedures.form_editor import always, editor, field, post
from tests.procedures.test_admin import admin

__all__ = ["admin"]
PARAMETERS = [(kind, name) for kind in kind_names() for name in getattr(kind_named(kind), "params", {})]
# A formula is a tree: there is no control for it but its JSON.
WRITTEN_AS_JSON = {"expression"}


@pytest.mark.parametrize(("kind", "name"), PARAMETERS)
def test_every_parameter_and_each_of_its_values_has_words(kind: str, name: str) -> None:
    found = kind_named(kind)
    assert found is not None
    assert name in PARAMS
    param = found.params[name]
    if isinstance(param, OneOf | Several):
        assert [value for value in param.values if value not in ONE_OF] == []
    if type(param).__name__ not in FIELD_LISTS and name not in WRITTEN_AS_JSON:
        assert not any(isinstance(control, JsonControl) for control in controls_of({name: param}, []))


@pytest.mark.django_db
def test_levels_of_agencies_are_ticked_and_the_agency_above_is_typed(admin: Client) -> None:
    draft: ProcedureRevision = ProcedureRevisionFactory.create(form_definition=FORM)
    data = {**always(kind="agency", label_vi="Nơi cấp"), "param-levels": ["department", "commune"]}

    assert post(admin, draft, "phan/person/truong-moi/", **data, **{"param-under": "H36"}).status_code == 200

    assert field(draft, "noi_cap")["params"] == {"levels": ["department", "commune"], "under": "H36"}
    page = admin.get(editor(draft, "phan/person/truong/noi_cap/"))
    assertContains(page, "Sở, ban, ngành")
    assertContains(page, 'value="commune" id="id_param-levels_4" checked')
    wrong = post(admin, draft, "phan/person/truong/noi_cap/", **data, **{"param-under": "sở"})
    assert wrong.status_code == 422
    assertContains(wrong, "phải là mã cơ quan", status_code=422)
    # Nothing ticked: every level.
    data = {**always(kind="agency", label_vi="Nơi cấp", key="noi_cap")}
    assert post(admin, draft, "phan/person/truong/noi_cap/", **data).status_code == 200
    assert "params" not in field(draft, "noi_cap") or field(draft, "noi_cap")["params"] == {}


@pytest.mark.django_db
def test_a_term_is_written_as_people_write_numbers(admin: Client) -> None:
    term = ChannelTermFactory.create(term_value="3.00")
    page = admin.get(f"/quan-tri/procedures/procedurerevision/{term.revision_id}/change/")
    assertContains(page, "Trực tuyến: 3 ngày làm việc")
    assertNotContains(page, "3.00 ngày")


@pytest.mark.django_db
@pytest.mark.parametrize(("level", "panel"), [(4, 'class="panel"'), (None, 'class="panel only-wide"')])
def test_a_phone_sees_no_empty_panel_where_nobody_offers_it(client: Client, level: int | None, panel: str) -> None:
    page = client.get(f"/thu-tuc/{published_procedure(level=level).code}/").content.decode()
    assert f'<div {panel}>\n      <h2 class="only-wide">Trên trang này</h2>' in page
