"""An old or local code still finds the procedure it means today."""

import pytest
from django.test import Client

from portal.core import clock
from portal.core.errors import InvalidInput
from procedures import selectors, services
from procedures.errors import AliasTaken, UnknownProcedure
from procedures.models import Procedure, ProcedureAlias
from procedures.services import abolish_procedure
from tests.factories.procedures import ADMINISTRATOR, ProcedureFactory, published_procedure

pytestmark = pytest.mark.django_db


def alias(procedure: Procedure, code: str, **fields: str) -> ProcedureAlias:
    return services.add_alias(actor=ADMINISTRATOR, procedure_id=procedure.pk, code=code, **fields)


def replace(old: Procedure, new: Procedure) -> None:
    services.add_replacement(
        actor=ADMINISTRATOR, procedure_id=old.pk, successor_id=new.pk, replaced_from=clock.today(), reason="Luật mới"
    )


def abolish(procedure: Procedure) -> None:
    abolish_procedure(
        actor=ADMINISTRATOR,
        revision_id=procedure.current_revision_id or 0,
        decision_number="9/QĐ-BTP",
        reason="Luật mới",
    )


@pytest.mark.parametrize(
    "typed",
    ["2.000488", " 2.000488 ", "1.001193.000.00.00.h56", "3.000333.000.00.00.H56", "3.000333.01", "3.000333"],
)
def test_every_form_of_a_code_means_the_procedure(typed: str) -> None:
    procedure = published_procedure(code="3.000333")
    alias(procedure, "2.000488")
    alias(procedure, "1.001193.000.00.00.H56")

    found = selectors.resolve_code(typed)

    assert found is not None
    assert (found.procedure, found.successors, found.is_in_force) == (procedure, (), True)
    assert found.is_own_code is (typed == "3.000333")


@pytest.mark.parametrize("typed", ["", "đăng ký", "9.999999", "9.999999.H56", "x" * 500, "\x00", "1.001193 hộ tịch"])
def test_what_is_no_code_means_nothing(typed: str) -> None:
    published_procedure()

    assert selectors.resolve_code(typed) is None


def test_a_long_form_of_an_old_code_leads_on_too() -> None:
    procedure = published_procedure(code="3.000333")
    alias(procedure, "2.000488")

    found = selectors.resolve_code("2.000488.000.00.00.H17")

    assert found is not None
    assert found.procedure == procedure


def test_a_draft_that_was_never_published_is_not_told_of() -> None:
    ProcedureFactory.create(code="1.000001")

    assert selectors.resolve_code("1.000001") is None


def test_search_finds_a_procedure_by_its_other_code_as_soon_as_it_has_one() -> None:
    procedure = published_procedure(code="3.000333", name="Cấp phiếu lý lịch tư pháp")
    assert selectors.search("2.000488").total == 0

    added = alias(procedure, "2.000488")
    assert [one.code for one in selectors.search("2.000488").procedures] == ["3.000333"]

    # It stays when the procedure is renamed and published anew.
    procedure.refresh_from_db()
    procedure.name = "Phiếu lý lịch"
    services.save_procedure(actor=ADMINISTRATOR, procedure=procedure)
    draft = services.copy_to_draft(actor=ADMINISTRATOR, revision=procedure.current_revision)  # type: ignore[arg-type]
    services.publish_revision(actor=ADMINISTRATOR, revision_id=draft.pk)
    assert selectors.search("2.000488").total == 1

    services.remove_alias(actor=ADMINISTRATOR, alias_id=added.pk)
    assert selectors.search("2.000488").total == 0


def test_one_code_means_one_procedure() -> None:
    one, other = published_procedure(code="1.000001"), published_procedure(code="1.000002")
    alias(one, "2.000488", note="mã cũ")

    for procedure, code in ((other, "2.000488"), (one, "1.000002"), (one, "1.000001")):
        with pytest.raises(AliasTaken):
            alias(procedure, code)
    for code in ("", "a", "mã cũ", "x" * 41, "1/2"):
        with pytest.raises(InvalidInput):
            alias(one, code)
    assert alias(one, "2.000488", note="mã trước 2025").note == "mã trước 2025"
    assert ProcedureAlias.objects.count() == 1


def test_a_procedure_does_not_replace_itself_or_nothing() -> None:
    procedure = published_procedure()

    with pytest.raises(InvalidInput):
        replace(procedure, procedure)
    with pytest.raises(UnknownProcedure):
        services.add_replacement(
            actor=ADMINISTRATOR, procedure_id=procedure.pk, successor_id=0, replaced_from=clock.today()
        )


def test_successors_are_followed_to_those_in_force_and_circles_end() -> None:
    first, second, third, fourth = (published_procedure(code=f"1.00000{n}") for n in range(1, 5))
    replace(first, second)
    replace(second, third)
    replace(second, fourth)
    replace(second, first)
    abolish(first)
    abolish(second)

    found = selectors.resolve_code("1.000001")

    assert found is not None
    assert ([one.code for one in found.successors], found.is_in_force) == (["1.000003", "1.000004"], False)


# --- addresses --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "old", ["2.000488", "1.001193.000.00.00.H56", "1.001193.000.00.00.h56", "3.000333.000.00.00.H56", "3.000333.01"]
)
def test_an_old_address_moves_permanently(client: Client, old: str) -> None:
    procedure = published_procedure(code="3.000333")
    alias(procedure, "2.000488")
    alias(procedure, "1.001193.000.00.00.H56")

    response = client.get(f"/thu-tuc/{old}/")

    assert (response.status_code, response["Location"]) == (301, "/thu-tuc/3.000333/")


def test_the_history_of_an_old_code_moves_with_it(client: Client) -> None:
    alias(published_procedure(code="3.000333"), "2.000488")

    response = client.get("/thu-tuc/2.000488/lich-su/")

    assert (response.status_code, response["Location"]) == (301, "/thu-tuc/3.000333/lich-su/")


@pytest.mark.parametrize("address", ["/thu-tuc/9.999999/", "/thu-tuc/9.999999.H56/", "/thu-tuc/khong-co/"])
def test_a_code_nobody_knows_is_not_found(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def test_a_code_that_was_replaced_before_this_portal_knew_it_says_by_what(client: Client) -> None:
    old, new = (
        ProcedureFactory.create(code="1.002809", name="Đổi giấy phép lái xe (cũ)"),
        published_procedure(code="3.000347"),
    )
    replace(old, new)

    page = client.get("/thu-tuc/1.002809/").content.decode()

    assert "Nay thực hiện theo" in page
    assert 'href="/thu-tuc/3.000347/"' in page
