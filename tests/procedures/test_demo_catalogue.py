"""The demonstration catalogue: complete, loadable twice, true to its levels."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from portal.accounts.models import Agency, Desk
from portal.core import clock
from portal.core.actors import SYSTEM
from portal.vault.models import PaperKind
from procedures import selectors, services
from procedures.enums import AdministrativeLevel, Channel, LevelAction, RevisionSource, Subject
from procedures.form_definitions import parse
from procedures.models import Procedure, ProcedureRevision
from procedures.services import demo_catalogue
from tests.factories.procedures import published_procedure
from tests.factories.vault import PaperKindFactory

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
FILES = demo_catalogue.demo_files()


def load() -> str:
    out = io.StringIO()
    call_command("load_demo_catalogue", stdout=out)
    return out.getvalue().strip()


def test_there_are_twenty_to_forty_procedures_over_all_levels_and_many_areas() -> None:
    data = [json.loads(path.read_text(encoding="utf-8")) for path in FILES]

    assert 20 <= len(data) <= 40
    levels = {row["level"] for item in data for row in item["offerings"]} | {
        1 for item in data if not item["offerings"]
    }
    assert levels == {1, 2, 3, 4}
    assert len({item["area"] for item in data}) >= 15


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_is_named_for_its_code_and_speaks_the_vocabularies(path: Path) -> None:
    data = json.loads(path.read_text(encoding="utf-8"))

    assert data["code"] == path.stem
    assert set(data["audience"]) <= set(Subject.values)
    assert set(data["administrative_levels"]) <= set(AdministrativeLevel.values)
    if "form" in data:
        assert any(parse(data["form"]).fields())


def test_loading_publishes_everything_and_loading_again_changes_nothing() -> None:
    assert load() == f"Danh mục minh họa: nạp {len(FILES)}, không đổi 0, giữ bản của cơ quan 0."
    before = list(ProcedureRevision.objects.order_by("pk").values("pk", "state", "source_digest"))

    assert load() == f"Danh mục minh họa: nạp 0, không đổi {len(FILES)}, giữ bản của cơ quan 0."
    assert list(ProcedureRevision.objects.order_by("pk").values("pk", "state", "source_digest")) == before
    assert Procedure.objects.filter(current_revision__source=RevisionSource.DEMO).count() == len(FILES)
    # The tax office takes part in procedures of others and has no desk.
    assert (Agency.objects.count(), Desk.objects.count()) == (10, 9)
    _every_offering_keeps_its_promise()
    _the_well_known_ones_are_as_the_domain_says()


def _every_offering_keeps_its_promise() -> None:
    for procedure in Procedure.objects.all():
        revision = selectors.published_revision(procedure.code)
        level = selectors.highest_level(selectors.offerings_of(procedure))
        if services.allows(level, LevelAction.FILE_ONLINE):
            for case in list(revision.cases.all()) or [None]:
                assert selectors.term_for(revision, Channel.ONLINE, case).term_value
                quote = selectors.quote_for(revision, Channel.ONLINE, case, on=clock.today())
                assert not any(fee.lack is selectors.Lack.REVIEW for fee in quote.fees), procedure.code
            kinds = [document.kind for document in selectors.required_documents_for(revision)]
            assert kinds.count("declaration") == 1, procedure.code
        if level == 2:
            assert revision.form_templates.exists()
        for rule in revision.fee_rules.filter(is_illustrative=True):
            assert revision.is_illustrative, (procedure.code, rule)


def _the_well_known_ones_are_as_the_domain_says() -> None:
    def facts(code: str) -> tuple[int, list[int | None], str]:
        revision = selectors.published_revision(code)
        term = selectors.term_for(revision, Channel.ONLINE)
        quote = selectors.quote_for(revision, Channel.ONLINE, on=clock.today())
        fees = [fee.amount for fee in quote.fees if fee.amount]
        return (
            selectors.highest_level(selectors.offerings_of(revision.procedure)),
            fees,
            f"{int(term.term_value or 0)} {term.term_unit}",
        )

    assert facts("1.004194") == (4, [7_000], "3 working_day")
    assert facts("3.000347") == (4, [135_000], "5 working_day")
    assert facts("1.001193") == (4, [], "1 working_day")
    assert facts("2.000635") == (4, [8_000], "1 working_day")
    assert facts("1.004873")[0] == 3
    assert selectors.highest_level(selectors.published_revision("1.005401").procedure.offerings.all()) == 1
    assert sum(1 for _field in parse(selectors.published_revision("3.000347").form_definition).fields()) >= 10


def test_a_procedure_that_an_administrator_published_is_kept() -> None:
    published_procedure(code="1.004194", name="Của cơ quan")
    agency_ids = demo_catalogue.ensure_demo_agencies(actor=SYSTEM)
    path = next(path for path in FILES if path.stem == "1.004194")

    outcome = demo_catalogue.load_demo_procedure(actor=SYSTEM, path=path, agency_ids=agency_ids)

    assert outcome == demo_catalogue.DemoOutcome.KEPT
    assert Procedure.objects.get(code="1.004194").name == "Của cơ quan"


def test_a_changed_file_becomes_a_new_revision(tmp_path: Path) -> None:
    agency_ids = demo_catalogue.ensure_demo_agencies(actor=SYSTEM)
    path = tmp_path / "1.004194.json"
    for summary in ("Một", "Hai"):
        data = json.loads(next(path for path in FILES if path.stem == "1.004194").read_text(encoding="utf-8"))
        path.write_text(json.dumps({**data, "summary": summary}), encoding="utf-8")
        assert demo_catalogue.load_demo_procedure(actor=SYSTEM, path=path, agency_ids=agency_ids) == "loaded"

    assert selectors.published_revision("1.004194").summary == "Hai"
    assert ProcedureRevision.objects.count() == 2


def test_an_agency_that_an_administrator_renamed_keeps_its_name() -> None:
    demo_catalogue.ensure_demo_agencies(actor=SYSTEM)
    Agency.objects.filter(code="H36.14").update(name="Tên khác")

    demo_catalogue.ensure_demo_agencies(actor=SYSTEM)

    assert Agency.objects.get(code="H36.14").name == "Tên khác"


def _kinds() -> dict[str, dict[str, Any]]:
    rows = json.loads((demo_catalogue.DEMO_FOLDER / "paper_kinds.json").read_text(encoding="utf-8"))
    return {row["code"]: row for row in rows}


def test_every_result_with_a_code_has_a_kind_and_every_kind_is_a_result() -> None:
    data = [json.loads(path.read_text(encoding="utf-8")) for path in FILES]
    assert set(_kinds()) == {row["code"] for item in data for row in item["results"] if row.get("code")}


def test_documents_name_kinds_that_may_be_used_again() -> None:
    data = [json.loads(path.read_text(encoding="utf-8")) for path in FILES]
    named = {code for item in data for row in item["documents"] for code in row.get("paper_kinds", ())}
    reusable = {code for code, row in _kinds().items() if row.get("is_reusable", True)}
    assert len(named) >= 7
    assert named <= reusable


def test_what_a_kind_shows_to_anyone_is_a_fact_of_its_results_and_of_no_person() -> None:
    public: dict[str, set[str]] = {code: set() for code in _kinds()}
    for path in FILES:
        item = json.loads(path.read_text(encoding="utf-8"))
        facts = {row["key"] for template in item.get("result_templates", ()) for row in template.get("facts", ())}
        for section in item.get("form", {}).get("sections", ()):
            if not {"personal_id", "phone"} & {field["kind"] for field in section["fields"]}:
                facts |= {field["key"] for field in section["fields"]}
        for result in item["results"]:
            public.get(result.get("code", ""), set()).update(facts - {"holder", "registered_name"})
    for code, row in _kinds().items():
        assert set(row.get("public_keys", ())) <= public[code], code


def test_loading_keeps_a_kind_that_was_edited() -> None:
    PaperKindFactory(code="KQ.G15.000038", name="Tên đã sửa", months_valid=3)
    demo_catalogue.ensure_demo_paper_kinds()
    edited = PaperKind.objects.get(code="KQ.G15.000038")
    assert (edited.name, edited.months_valid) == ("Tên đã sửa", 3)
    begun = PaperKind.objects.get(code="KQ.G10.001257")
    assert (begun.months_valid, begun.public_keys, begun.is_reusable) == (
        24,
        ["place", "aquifer", "wells", "flow"],
        True,
    )
    assert not PaperKind.objects.get(code="KQ.G15.000342").is_reusable
