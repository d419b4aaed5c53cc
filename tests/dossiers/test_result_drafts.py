"""Results drawn up from a template: prepared, looked at, numbered, signed exactly as looked at, kept with the decision."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import InternalError, transaction
from django.utils import translation

from dossiers import services
from dossiers.enums import Deed
from dossiers.errors import DossierNotFound, DraftIsStale, TransitionConflict
from dossiers.models import DocumentRegister, Dossier, JournalEntry, ResultDraft
from dossiers.services import decision, result_drafts
from portal.accounts.models import Agency, Delegation
from portal.core import clock
from portal.core.errors import InvalidInput, NotPermitted
from portal.documents import services as document_services
from portal.vault.enums import PaperState
from procedures.errors import ResultUnfilled
from procedures.models import ProcedureRevision
from tests.factories import dossiers as make
from tests.factories.dossiers import Cast
from tests.factories.results import draft_for, make_drafted, make_to_draw_up, of_template
from tests.factories.vault import PaperKindFactory


def signed(cast: Cast, draft: ResultDraft, *, by: str = "dung") -> Dossier:
    return services.sign_draft(actor=cast.actor(by), dossier_id=draft.dossier_id, draft_id=draft.pk)


def test_a_draft_says_what_the_template_says_of_this_dossier(cast: Cast) -> None:
    draft = make_drafted(cast)
    assert dict(draft.content) == {
        "Mẫu": "certificate",
        "Cơ quan": "Sở Tư pháp",
        "Ký hiệu": "GXN-STP",
        "Tên văn bản": "Giấy xác nhận",
        "Căn cứ 1": "Nghị định thử số 01/2026/NĐ-CP",
        "Đoạn 1": "Xác nhận Nguyễn Thị An, sinh ngày 12/09/1996. Đúng sổ gốc.",
        "Đoạn 2": "Lý do: Bổ sung hồ sơ xin việc.",
        "Nơi nhận 1": "Nguyễn Thị An",
        "Nơi nhận 2": "Lưu: VT",
        "Thời hạn (tháng)": "6",
        "Thông tin: Nhãn name (name)": "Nguyễn Thị An",
        "Thông tin: Nhãn number (number)": "............/GXN-STP",
        "Nội dung báo công dân": "Đúng sổ gốc.",
    }
    assert (draft.prepared_by, draft.prepared_by_name) == (cast.hoa, "Lê Thị Hòa")
    line = JournalEntry.objects.filter(dossier=draft.dossier_id).latest("sequence")
    assert (line.act, line.to_state, line.details["draft"]) == (Deed.PREPARE_RESULT, "processing", draft.pk)


def test_a_paragraph_whose_condition_does_not_hold_is_left_out(cast: Cast) -> None:
    dossier = make_to_draw_up(cast)
    Dossier.objects.filter(pk=dossier.pk).update(answers={**dossier.answers, "reason": None})
    assert "Đoạn 2" not in dict(draft_for(cast, dossier).content)


def test_a_place_that_cannot_be_filled_is_an_error_that_names_it(cast: Cast) -> None:
    dossier = make_to_draw_up(cast)
    Dossier.objects.filter(pk=dossier.pk).update(answers={**dossier.answers, "born_on": None})
    with pytest.raises(ResultUnfilled) as refused:
        draft_for(cast, dossier, note="")
    assert str(refused.value.sentence) == ("Chưa lập được văn bản, còn thiếu: “Ngày sinh”, “Nội dung người ký ghi”.")
    assert (ResultDraft.objects.count(), Dossier.objects.get(pk=dossier.pk).version) == (0, dossier.version)


def test_what_is_missing_is_said_in_the_officers_language(cast: Cast) -> None:
    dossier = make_to_draw_up(cast)
    with translation.override("en"), pytest.raises(ResultUnfilled) as refused:
        draft_for(cast, dossier, note="")
    assert str(refused.value.sentence).startswith("The document cannot be drawn up yet, missing: ")


@pytest.mark.parametrize(
    ("what", "label"),
    [
        ("Đoạn 12", "Paragraph 12"),
        ("Thông tin: Nơi ở: 1 (home)", "Information: Nơi ở: 1 (home)"),
        ("Cơ quan", "Agency"),
        ("Khác", "Khác"),
    ],
)
def test_what_differs_is_named_in_the_language_of_who_looks(what: str, label: str) -> None:
    with translation.override("en"):
        assert result_drafts.Difference(what, "", "").label == label


def test_a_refusal_needs_its_reason(cast: Cast) -> None:
    with pytest.raises(InvalidInput) as refused:
        make_drafted(cast, key="refusal", note=" ")
    assert list(refused.value.fields) == ["note"]


def test_a_template_of_another_procedure_is_none_of_this_one(cast: Cast) -> None:
    other = services.templates_for(make_to_draw_up(cast))[0]
    dossier = make.make_processing(cast)
    with pytest.raises(InvalidInput) as refused:
        services.prepare_result(actor=cast.actor("hoa"), dossier_id=dossier.pk, template_id=other.pk)
    assert list(refused.value.fields) == ["template"]


@pytest.mark.parametrize("who", ["an", "binh", "chi", "giang", "lan"])
def test_only_case_officer_and_signer_prepare(cast: Cast, who: str) -> None:
    dossier = make_to_draw_up(cast)
    with pytest.raises(NotPermitted):
        draft_for(cast, dossier, by=who)
    assert not ResultDraft.objects.exists()


def test_the_signed_document_is_the_one_looked_at_with_number_and_day(cast: Cast) -> None:
    cast.dung.postings.update(title="Phó Giám đốc")
    draft = make_drafted(cast)
    actor = cast.actor("dung")
    dossier = result_drafts.dossier_to_draw_up(draft.dossier_id)
    looked_at = services.draft_pdf(actor=actor, dossier_id=dossier.pk, draft_id=draft.pk)
    signing = result_drafts.signing_of(actor, dossier, draft.template, day=clock.today(), number="")
    assert looked_at == result_drafts.render(draft, dossier, signing)
    signed(cast, draft)
    with document_services.open_document(dossier.results.get().document) as stream:
        issued = stream.read()
    signing = result_drafts.signing_of(actor, dossier, draft.template, day=clock.today(), number="01/GXN-STP")
    assert issued == result_drafts.render(draft, dossier, signing)


def test_number_facts_validity_and_signer_are_frozen_with_the_decision(cast: Cast) -> None:
    PaperKindFactory.create(code="KQ.G00.000001", public_keys=["name"], months_valid=12)
    draft = make_drafted(cast)
    dossier = signed(cast, draft)
    result = dossier.results.select_related("paper", "draft", "register").get()
    paper, today = result.paper, clock.today()
    assert paper is not None
    assert (dossier.state, dossier.outcome) == ("resolved", "granted")
    assert (paper.number, paper.title, paper.code, paper.state) == (
        "01/GXN-STP",
        "Giấy xác nhận",
        draft.code,
        PaperState.IN_FORCE,
    )
    # The template's fact of the number is the paper's own number: there is no second one to differ from it.
    assert paper.facts == {"name": "Nguyễn Thị An"}
    assert paper.public_facts == [["Nhãn name", "Nguyễn Thị An"]]
    assert paper.kind is not None
    # Half a year by the template, although the kind says a year.
    assert paper.valid_until == result_drafts.last_day_of(draft.template, today)
    assert paper.valid_until is not None
    assert (paper.valid_until - today).days < 190
    assert (result.draft, result.ordinal, paper.signer_name) == (draft, 1, "Phạm Thị Dung")
    line = JournalEntry.objects.filter(dossier=dossier).latest("sequence")
    assert (line.details["number"], line.details["prepared_by"]) == ("01/GXN-STP", cast.hoa.pk)
    assert line.public_note == "Đúng sổ gốc."


def test_numbers_run_without_gaps_for_each_agency_symbol_and_year(cast: Cast) -> None:
    first, second, refusal = make_drafted(cast), make_drafted(cast), make_drafted(cast, key="refusal", note="Thiếu.")
    for draft in (second, refusal, first):
        signed(cast, draft)
    numbers = {
        draft.pk: draft.dossier.results.select_related("paper").get().paper.number for draft in (first, second, refusal)
    }
    assert list(numbers.values()) == ["02/GXN-STP", "01/GXN-STP", "01/TB-STP"]
    year = clock.today().year
    assert list(DocumentRegister.objects.order_by("symbol").values_list("agency", "symbol", "year", "last_number")) == [
        (cast.resolving.pk, "GXN-STP", year, 2),
        (cast.resolving.pk, "TB-STP", year, 1),
    ]


def test_a_decision_that_fails_takes_no_number(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = make_drafted(cast)

    def broken(**_arguments: object) -> None:
        raise TransitionConflict("no")

    monkeypatch.setattr(decision.fees, "charge_what_is_due", broken)
    with pytest.raises(TransitionConflict):
        signed(cast, draft)
    assert not DocumentRegister.objects.exists()
    assert Dossier.objects.get(pk=draft.dossier_id).state == "processing"


def test_a_document_that_would_say_something_else_is_not_signed(cast: Cast) -> None:
    draft = make_drafted(cast)
    Agency.objects.filter(pk=cast.resolving.pk).update(name="Sở Tư pháp mới")
    with pytest.raises(DraftIsStale) as refused:
        signed(cast, draft)
    assert [(one.what, one.before, one.now) for one in refused.value.differences] == [
        ("Cơ quan", "Sở Tư pháp", "Sở Tư pháp mới")
    ]
    assert (refused.value.status, Dossier.objects.get(pk=draft.dossier_id).state) == (409, "processing")


def test_an_older_draft_is_not_signed_once_a_newer_one_says_something_else(cast: Cast) -> None:
    draft = make_drafted(cast)
    draft_for(cast, draft.dossier, note="Khác.", by="dung")
    with pytest.raises(DraftIsStale) as refused:
        signed(cast, draft)
    assert [one.what for one in refused.value.differences] == ["Đoạn 1", "Nội dung báo công dân"]


def test_another_note_to_the_citizen_is_another_draft(cast: Cast) -> None:
    dossier = make_to_draw_up(
        cast, mend=lambda one: of_template(one, "refusal").paragraphs.update(text="Không đủ điều kiện.")
    )
    draft = draft_for(cast, dossier, key="refusal", note="Thiếu hộ chiếu.")
    draft_for(cast, dossier, key="refusal", note="Quá hạn.")
    with pytest.raises(DraftIsStale) as refused:
        signed(cast, draft)
    assert [(one.what, one.before, one.now) for one in refused.value.differences] == [
        ("Nội dung báo công dân", "Thiếu hộ chiếu.", "Quá hạn.")
    ]


def test_facts_of_one_label_are_told_apart(cast: Cast) -> None:
    def mend(revision: ProcedureRevision) -> None:
        facts = of_template(revision, "certificate").facts
        facts.update(label="Nơi ở")
        facts.filter(key="name").update(value="{nguoi_nop.dia_chi}")

    dossier = make_to_draw_up(cast, mend=mend)
    Dossier.objects.filter(pk=dossier.pk).update(applicant_address="1 Phan Đình Phùng")
    draft = draft_for(cast, dossier)
    Dossier.objects.filter(pk=dossier.pk).update(applicant_address="2 Phan Đình Phùng")
    with pytest.raises(DraftIsStale) as refused:
        signed(cast, draft)
    assert [(one.what, one.now) for one in refused.value.differences] == [
        ("Thông tin: Nơi ở (name)", "2 Phan Đình Phùng")
    ]


def test_what_differs_in_order_alone_is_not_signed_either(cast: Cast) -> None:
    found = result_drafts._between([["A", "1"], ["B", "2"]], [["B", "2"], ["A", "1"]])
    assert [(one.what, one.before, one.now) for one in found] == [("Thứ tự các phần", "A\nB", "B\nA")]


def test_the_signers_title_is_vietnamese_whatever_language_they_read(cast: Cast) -> None:
    draft = make_drafted(cast)
    with translation.override("en"):
        paper = signed(cast, draft).results.select_related("paper").get().paper
    assert paper is not None
    assert paper.signer_title == "Người ký"


def test_a_title_too_long_to_be_kept_is_refused_when_it_is_drafted(cast: Cast) -> None:
    title = "Giấy xác nhận {nguoi_nop.dia_chi} {nguoi_nop.ho_ten}"
    dossier = make_to_draw_up(cast, mend=lambda one: one.result_templates.filter(key="certificate").update(title=title))
    Dossier.objects.filter(pk=dossier.pk).update(applicant_address="Đường " * 42)
    with pytest.raises(InvalidInput) as refused:
        draft_for(cast, dossier)
    assert str(refused.value.fields["template"]).startswith("Tên văn bản điền xong dài ")
    assert not ResultDraft.objects.exists()


def test_an_officer_does_not_read_the_draft_of_their_own_dossier(cast: Cast) -> None:
    draft = make_drafted(cast)
    Dossier.objects.filter(pk=draft.dossier_id).update(applicant=cast.dung)
    with pytest.raises(DossierNotFound):
        services.draft_pdf(actor=cast.actor("dung"), dossier_id=draft.dossier_id, draft_id=draft.pk)


def test_the_case_officer_does_not_sign_and_a_stranger_sees_no_draft(cast: Cast) -> None:
    draft = make_drafted(cast)
    with pytest.raises(NotPermitted):
        signed(cast, draft, by="hoa")
    with pytest.raises(NotPermitted):
        services.draft_pdf(actor=cast.actor("lan"), dossier_id=draft.dossier_id, draft_id=draft.pk)
    other = make_to_draw_up(cast)
    with pytest.raises(DossierNotFound):
        services.draft_of(other, draft.pk)


def test_who_stands_in_signs_on_the_authority_of_the_absent(cast: Cast) -> None:
    cast.dung.postings.update(title="Phó Giám đốc")
    cast.lan.postings.update(agency=cast.resolving, role="cashier", title="Thủ quỹ")
    today = clock.today()
    Delegation.objects.create(
        absent=cast.dung,
        delegate=cast.lan,
        agency=cast.resolving,
        starts_on=today,
        ends_on=today,
        reason="Công tác",
        made_by=cast.dung,
    )
    paper = signed(cast, make_drafted(cast), by="lan").results.select_related("paper").get().paper
    assert paper is not None
    assert (paper.signer_name, paper.signer_title) == ("Đỗ Thị Lan", "TUQ. Phó Giám đốc")


def test_a_draft_is_written_once(cast: Cast) -> None:
    draft = make_drafted(cast)
    for change in (lambda: ResultDraft.objects.update(note="x"), lambda: ResultDraft.objects.all().delete()):
        with pytest.raises(InternalError, match="Cannot update or delete"), transaction.atomic():
            change()
    assert ResultDraft.objects.get().note == draft.note


def _without_term(revision: ProcedureRevision) -> None:
    revision.result_templates.update(months_valid=None)


def test_a_template_without_a_term_takes_it_from_the_kind_of_paper(cast: Cast) -> None:
    PaperKindFactory.create(code="KQ.G00.000001", months_valid=12)
    template = services.templates_for(make_to_draw_up(cast, mend=_without_term))[0]
    assert result_drafts.last_day_of(template, date(2026, 6, 1)) == date(2027, 5, 31)


def test_a_kind_that_counts_for_longer_than_when_it_was_looked_at_is_not_signed(cast: Cast) -> None:
    kind = PaperKindFactory.create(code="KQ.G00.000001", months_valid=12)
    draft = draft_for(cast, make_to_draw_up(cast, mend=_without_term))
    type(kind).objects.filter(pk=kind.pk).update(months_valid=24)
    with pytest.raises(DraftIsStale) as refused:
        signed(cast, draft)
    assert [(one.what, one.before, one.now) for one in refused.value.differences] == [("Thời hạn (tháng)", "12", "24")]


def test_the_vault_keeps_the_last_day_that_is_printed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    draft, really = make_drafted(cast), decision.draw_up

    def drawing(*arguments: Any, **named: Any) -> decision.DrawnUp:
        drawn = really(*arguments, **named)
        printed.append(drawn.valid_until)
        return replace(drawn, valid_until=date(2030, 1, 31))

    printed: list[date | None] = []
    monkeypatch.setattr(decision, "draw_up", drawing)
    paper = signed(cast, draft).results.select_related("paper").get().paper
    assert paper is not None
    assert printed == [result_drafts.last_day_of(draft.template, clock.today())]
    assert paper.valid_until == date(2030, 1, 31)
