"""Templates of results: every place can be filled, nothing points into another revision, no document says nothing."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from portal.vault.selectors import kinds_with_codes
from procedures.enums import Severity, TemplateOutcome
from procedures.errors import Finding
from procedures.form_definitions import DefinitionError, FormDefinition, parse
from procedures.models import ProcedureRevision, ResultTemplate
from procedures.result_texts import DECLARATION, KNOWN, has_stray_brace, is_of_the_paper, names_in
from procedures.services.document_conditions import check_need
from procedures.services.result_templates import fits_in_a_text, templates_of

_REASON = "quyet_dinh.noi_dung"
_LAST_DAY = "quyet_dinh.gia_tri_den"


def findings(draft: ProcedureRevision) -> Iterator[Finding]:
    """What would keep a document from being drawn up, or draw it up wrongly."""
    templates = templates_of(draft.pk)
    if not templates:
        return
    try:
        definition = parse(draft.form_definition) if draft.form_definition else FormDefinition()
    except DefinitionError:
        return
    several = draft.results.count() > 1
    for template in templates:
        anchor = f"result_templates:{template.pk}"
        place = _("Mẫu văn bản kết quả: %(row)s") % {"row": template}
        yield from _pointers(draft, template, place, anchor)
        if several and template.outcome == TemplateOutcome.GRANTED and template.result_id is None:
            sentence = _("Thủ tục có nhiều kết quả mà mẫu này không ghi là của kết quả nào: giấy cấp ra không rõ loại.")
            yield Finding(place, sentence, Severity.WARNING, anchor)
        if not template.paragraphs.all():
            yield Finding(place, _("Chưa có đoạn văn nào, nên văn bản không nói gì."), anchor=anchor)
        if template.outcome == TemplateOutcome.DENIED and not _says_why(template):
            sentence = _(
                "Mẫu từ chối không in lý do: chưa có chỗ điền {quyet_dinh.noi_dung} trong trích yếu hay đoạn văn luôn in."
            )
            yield Finding(place, sentence, Severity.WARNING, anchor)
        head = [template.title, template.abstract, template.legal_bases, template.recipients]
        for text in head:
            yield from _places(text, definition, place, anchor)
        for paragraph in template.paragraphs.all():
            where = f"result_paragraphs:{paragraph.pk}"
            yield from _places(paragraph.text, definition, place, where, is_conditional=bool(paragraph.shown_when))
            try:
                check_need(draft.form_definition, paragraph.shown_when)
            except DefinitionError as error:
                yield Finding(place, error.sentence, anchor=where)
        for fact in template.facts.all():
            yield from _places(fact.value, definition, place, f"result_facts:{fact.pk}")
            if is_of_the_paper(fact.value):
                sentence = _(
                    "Kho giấy tờ đã ghi số, cơ quan và các ngày của văn bản; thông tin này không được giữ riêng."
                )
                yield Finding(place, sentence, Severity.WARNING, f"result_facts:{fact.pk}")
        yield from _last_day(draft, template, place, anchor)


def _says_why(template: ResultTemplate) -> bool:
    """Is the reason that the officer writes printed, whatever was declared?"""
    always = (paragraph.text for paragraph in template.paragraphs.all() if not paragraph.shown_when)
    return any(_REASON in names_in(text) for text in (template.abstract, *always))


def _last_day(draft: ProcedureRevision, template: ResultTemplate, place: str, anchor: str) -> Iterator[Finding]:
    """A document that does not expire has no last day to print."""
    texts = [(text, anchor) for text in (template.title, template.abstract, template.legal_bases, template.recipients)]
    texts += [(paragraph.text, f"result_paragraphs:{paragraph.pk}") for paragraph in template.paragraphs.all()]
    texts += [(fact.value, f"result_facts:{fact.pk}") for fact in template.facts.all()]
    used = dict.fromkeys(where for text, where in texts if _LAST_DAY in names_in(text))
    if not used or template.months_valid is not None:
        return
    if template.outcome != TemplateOutcome.GRANTED:
        sentence, severity = (
            _(
                "Văn bản từ chối không có thời hạn, nên chỗ điền “%(name)s” không bao giờ điền được. Hãy ghi số tháng có giá "
                "trị của mẫu, hoặc bỏ chỗ điền này."
            ),
            Severity.ERROR,
        )
    elif not _kind_expires(draft, template):
        sentence, severity = (
            _(
                "Mẫu và loại giấy tờ của kết quả đều không ghi thời hạn: chừng nào còn vậy, chỗ điền “%(name)s” không điền "
                "được và không lập được văn bản."
            ),
            Severity.WARNING,
        )
    else:
        return
    for where in used:
        yield Finding(place, sentence % {"name": _LAST_DAY}, severity, where)


def _kind_expires(draft: ProcedureRevision, template: ResultTemplate) -> bool:
    codes = {template.result.code} if template.result is not None else {one.code for one in draft.results.all()} - {""}
    kinds = kinds_with_codes(codes) if len(codes) == 1 else {}
    return any(kind.months_valid is not None for kind in kinds.values())


def _pointers(draft: ProcedureRevision, template: ResultTemplate, place: str, anchor: str) -> Iterator[Finding]:
    if template.result is not None and template.result.revision_id != draft.pk:
        yield Finding(place, _("Kết quả được chọn thuộc một phiên bản khác."), anchor=anchor)
    owners = {row.revision_id for row in template.paragraphs.all()} | {row.revision_id for row in template.facts.all()}
    if owners - {draft.pk}:
        yield Finding(place, _("Có đoạn hoặc thông tin thuộc một phiên bản khác."), anchor=anchor)


def _places(
    text: str, definition: FormDefinition, place: str, anchor: str, *, is_conditional: bool = False
) -> Iterator[Finding]:
    if has_stray_brace(text):
        sentence = _("Có dấu ngoặc nhọn không thuộc chỗ điền nào: viết chỗ điền như {nguoi_nop.ho_ten}.")
        yield Finding(place, sentence, anchor=anchor)
    for name in dict.fromkeys(names_in(text)):
        if not name.startswith(DECLARATION):
            if name not in KNOWN:
                sentence = _("Không có chỗ điền “%(name)s”. Dùng được: %(known)s và to_khai.<khóa của trường>.")
                yield Finding(place, sentence % {"name": name, "known": ", ".join(KNOWN)}, anchor=anchor)
            continue
        try:
            spec = definition.field(name.removeprefix(DECLARATION))
        except KeyError:
            sentence = _("Chỗ điền “%(name)s” nhắc đến một trường mà tờ khai không có.")
            yield Finding(place, sentence % {"name": name}, anchor=anchor)
            continue
        if not fits_in_a_text(spec):
            sentence = _("Chỗ điền “%(name)s” là một nhóm, một tệp hay một ghi chú, không điền vào câu được.")
            yield Finding(place, sentence % {"name": name}, anchor=anchor)
        elif not is_conditional and (not spec.required or spec.visible_when is not None):
            sentence = _(
                "Trường của chỗ điền “%(name)s” có thể để trống; hồ sơ nào để trống thì không lập được văn bản."
            )
            yield Finding(place, sentence % {"name": name}, Severity.WARNING, anchor)
