"""Errors of the catalogue."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from portal.core.errors import Conflict, InvalidInput, MisconfiguredData, NotFound, NotPermitted, Sentence
from procedures.enums import Severity


class UnknownProcedure(NotFound):
    code = "unknown_procedure"
    default_sentence = _("Không có thủ tục nào mang mã này, hoặc thủ tục chưa được công bố.")


class NoDeclarationForm(NotFound):
    code = "no_declaration_form"
    default_sentence = _("Thủ tục này không có tờ khai để in.")


class UnknownOffering(NotFound):
    code = "unknown_offering"
    default_sentence = _("Cơ quan này không cung cấp thủ tục này.")


class UnknownRoadmapItem(NotFound):
    code = "unknown_roadmap_item"
    default_sentence = _("Không có mục lộ trình này.")


class UnknownLifeEvent(NotFound):
    code = "unknown_life_event"
    default_sentence = _("Không có trang nào cho việc này.")


class LevelDoesNotAllow(NotPermitted):
    """More was asked for than the service level allows; the sentence names the level and what is possible instead."""

    code = "level_does_not_allow"
    default_sentence = _("Dịch vụ này chưa cho phép việc đó.")


class OfferingDoesNotAllow(NotPermitted):
    """The level would allow it, this agency does not give it."""

    code = "offering_does_not_allow"
    default_sentence = _("Cơ quan này chưa cho phép việc đó.")


class ElectronicOnly(NotPermitted):
    """From a date the service takes dossiers online alone; the sentence says since when."""

    code = "electronic_only"
    default_sentence = _("Thủ tục này chỉ nhận hồ sơ trực tuyến.")


class ServiceElsewhere(NotPermitted):
    """Another system runs the service: nothing is filed here. `address` leads there, `system_name` says where that is."""

    code = "service_elsewhere"
    default_sentence = _("Thủ tục này nộp trên một hệ thống khác.")

    def __init__(self, sentence: Sentence | None = None, *, system_name: str = "", address: str = "") -> None:
        self.system_name = system_name
        self.address = address
        super().__init__(sentence)


class OfferingPeriodConflict(Conflict):
    """Another period of the same service has those days; the sentence says which."""

    code = "offering_period_conflict"
    default_sentence = _("Cơ quan này đã có một kỳ cung cấp thủ tục này trùng ngày.")


class RevisionFrozen(Conflict):
    code = "revision_frozen"
    default_sentence = _("Phiên bản đã công bố thì không sửa được. Hãy sao chép thành bản nháp rồi sửa bản nháp.")


class DraftAlreadyExists(Conflict):
    code = "draft_already_exists"
    default_sentence = _("Thủ tục này đã có một bản nháp. Hãy sửa tiếp bản nháp đó.")


class TermNotConfigured(MisconfiguredData):
    """No reviewed term for this channel and case: no deadline can be set."""

    code = "term_not_configured"
    default_sentence = _("Thời hạn giải quyết theo cách nộp này chưa được cơ quan rà soát nên chưa thể hẹn ngày trả.")


class HandoffAddresseeUnknown(MisconfiguredData):
    """A planned handoff whose agency cannot be found or is in force no longer: nobody is asked in its place."""

    code = "handoff_addressee_unknown"
    default_sentence = _("Chưa rõ chuyển đến cơ quan nào. Hãy chọn cơ quan, và báo quản trị viên sửa bước liên thông.")


class FeeNotConfigured(MisconfiguredData):
    """A fee that matches is not reviewed: nothing may be charged."""

    code = "fee_not_configured"
    default_sentence = _("Mức thu của thủ tục này chưa được cơ quan rà soát nên chưa thể thu tiền.")


class ProcedureAbolished(Conflict):
    """No new filings: the procedure was abolished; the sentence says since when, and what replaces it."""

    code = "procedure_abolished"
    default_sentence = _("Thủ tục này đã bãi bỏ nên không nhận hồ sơ mới.")


class ReasonMissing(InvalidInput):
    """Sending back, withdrawing a schedule and abolishing say why, for the journal and for whoever reads the page."""

    code = "reason_missing"
    default_sentence = _("Phải ghi lý do.")

    def __init__(self) -> None:
        super().__init__(fields={"reason": _("Hãy ghi lý do.")})


class SecondPersonNeeded(NotPermitted):
    """Whoever submits a revision does not approve it while somebody else may (decision 0014)."""

    code = "second_person_needed"
    default_sentence = _("Người trình duyệt không tự duyệt được. Hãy để một quản trị viên khác duyệt và công bố.")


class ScheduleExists(Conflict):
    """One future at a time: something is scheduled, or an abolition is planned."""

    code = "schedule_exists"
    default_sentence = _("Thủ tục này đã có một việc hẹn ngày. Hãy rút lịch đó trước.")


class ScheduleIsDue(Conflict):
    """Its day has come: what is in force by its date cannot be withdrawn any more, only superseded."""

    code = "schedule_is_due"
    default_sentence = _("Ngày có hiệu lực đã đến nên không rút lịch được nữa.")


class AliasTaken(Conflict):
    """The code names a procedure already, its own or as an alias."""

    code = "alias_taken"
    default_sentence = _("Mã này đã thuộc về một thủ tục khác.")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that speaks against publishing: where (in words an administrator finds again) and what.

    `anchor` is the place for machines: `field:<name>` of the revision, `<relation>` or `<relation>:<row id>` of a part
    (`terms:12`), `form`, `form:<section>` or `form:<section>.<field>` of the declaration form, `offerings`; "" = nowhere
    in particular. An error blocks, a warning can be published over.
    """

    place: Sentence
    sentence: Sentence
    severity: Severity = Severity.ERROR
    anchor: str = ""

    @property
    def is_error(self) -> bool:
        return self.severity == Severity.ERROR


class PublicationRefused(InvalidInput):
    """A draft cannot be published; `findings` names every error at once, `warnings` what else was seen."""

    code = "publication_refused"
    default_sentence = _("Chưa công bố được: bản nháp còn chỗ phải sửa.")

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings: tuple[Finding, ...] = tuple(one for one in findings if one.is_error)
        self.warnings: tuple[Finding, ...] = tuple(one for one in findings if not one.is_error)
        super().__init__()


class ExchangeRefused(InvalidInput):
    """A document or list from outside cannot be read; `faults` are (path, sentence) pairs and nothing was stored."""

    code = "exchange_refused"
    default_sentence = _("Không nhập được tệp này. Hãy xem từng chỗ bên dưới.")

    def __init__(self, faults: Sequence[tuple[str, str]]) -> None:
        self.faults: tuple[tuple[str, str], ...] = tuple(faults)
        super().__init__()


class WarningsNotAccepted(PublicationRefused):
    """Nothing blocks, but there are warnings that nobody has accepted yet."""

    code = "publication_warnings"
    default_sentence = _("Chưa công bố: hãy xem các lưu ý, rồi xác nhận vẫn công bố.")


class StaleDraft(Conflict):
    """Somebody saved the draft after this page was opened; the sentence says who and when. Nothing was changed."""

    code = "stale_draft"
    default_sentence = _("Bản nháp này đã được lưu ở nơi khác sau khi bạn mở trang. Thay đổi của bạn chưa được lưu.")


class UnknownFormPlace(NotFound):
    """The section or field of a declaration form is not there (any more)."""

    code = "unknown_form_place"
    default_sentence = _("Tờ khai không còn phần hoặc trường này. Có thể nó vừa được xóa hoặc đổi khóa.")


class NothingToUndo(Conflict):
    code = "nothing_to_undo"
    default_sentence = _("Không còn thay đổi nào của tờ khai để hoàn tác.")


class ResultUnfilled(InvalidInput):
    """A document cannot be drawn up: the sentence names every place of its template that has no value.

    Never a document with an empty place. `names` are the placeholders, without the values of others.
    """

    code = "result_unfilled"

    def __init__(self, sentence: Sentence, *, names: Sequence[str]) -> None:
        self.names: tuple[str, ...] = tuple(names)
        super().__init__(sentence, fields={"note" if "quyet_dinh.noi_dung" in names else "template": sentence})
