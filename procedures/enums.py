"""Words of the catalogue."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class ServiceLevel(IntegerChoices):
    """How far a service goes online (NĐ 43/2011/NĐ-CP); a property of the offering of one agency."""

    L1 = 1, _("Mức độ 1")
    L2 = 2, _("Mức độ 2")
    L3 = 3, _("Mức độ 3")
    L4 = 4, _("Mức độ 4")


class ServiceScope(TextChoices):
    """The vocabulary in force since NĐ 42/2022/NĐ-CP, article 11; shown beside the level."""

    FULL = "full", _("Toàn trình")
    PARTIAL = "partial", _("Một phần")
    INFORMATION = "information", _("Cung cấp thông tin")


class Channel(TextChoices):
    """How a dossier is handed in."""

    ONLINE = "online", _("Trực tuyến")
    IN_PERSON = "in_person", _("Tại quầy")
    POST = "post", _("Qua bưu chính")


class ResultWay(TextChoices):
    """How the result comes back."""

    ONLINE = "online", _("Trực tuyến")
    DESK = "desk", _("Tại quầy")
    POST = "post", _("Qua bưu chính")


class PresenceReason(TextChoices):
    """Why a step cannot be done from afar."""

    PHOTO = "photo", _("chụp ảnh")
    BIOMETRIC = "biometric", _("lấy vân tay, sinh trắc học")
    WITNESS = "witness", _("có người làm chứng")
    SIGNATURE = "signature", _("ký trước mặt cán bộ")
    OTHER = "other", _("lý do khác")


class RevisionState(TextChoices):
    """The life of a revision. Only a draft may change; what was reviewed is what gets published (decision 0014)."""

    DRAFT = "draft", _("Bản nháp")
    IN_REVIEW = "in_review", _("Chờ duyệt")
    SCHEDULED = "scheduled", _("Hẹn ngày có hiệu lực")
    PUBLISHED = "published", _("Đang công bố")
    SUPERSEDED = "superseded", _("Đã thay thế")
    ABOLISHED = "abolished", _("Đã bãi bỏ")


WORKING_STATES = frozenset({RevisionState.DRAFT, RevisionState.IN_REVIEW})
"""Not decided yet; a procedure has at most one such revision."""
ANNOUNCED_STATES = frozenset(
    {RevisionState.SCHEDULED, RevisionState.PUBLISHED, RevisionState.SUPERSEDED, RevisionState.ABOLISHED}
)
"""Made public once: anybody may read and compare them, for good."""
ENDED_STATES = frozenset({RevisionState.SUPERSEDED, RevisionState.ABOLISHED})
"""Out of force."""


class RevisionSource(TextChoices):
    """Where the text of a revision came from."""

    MANUAL = "manual", _("Nhập tay")
    IMPORT = "import", _("Cơ sở dữ liệu quốc gia")
    DEMO = "demo", _("Danh mục minh họa")


class LevelAction(TextChoices):
    """What a person may want to do with a service; `policies.ALLOWED_ACTIONS` says from which level."""

    VIEW_INFORMATION = "view_information", _("xem thông tin")
    DOWNLOAD_FORMS = "download_forms", _("tải mẫu đơn")
    HAND_IN_AT_DESK = "hand_in_at_desk", _("nộp hồ sơ tại quầy")
    HAND_IN_BY_POST = "hand_in_by_post", _("gửi hồ sơ qua bưu chính")
    FILL_ONLINE = "fill_online", _("khai trực tuyến")
    FILE_ONLINE = "file_online", _("nộp hồ sơ trực tuyến")
    PAY_AT_DESK = "pay_at_desk", _("nộp phí, lệ phí tại quầy")
    PAY_ONLINE = "pay_online", _("nộp phí, lệ phí trực tuyến")
    COLLECT_AT_DESK = "collect_at_desk", _("nhận kết quả tại quầy")
    RECEIVE_BY_POST = "receive_by_post", _("nhận kết quả qua bưu chính")
    RECEIVE_ONLINE = "receive_online", _("nhận kết quả trực tuyến")


class Obstacle(TextChoices):
    """What stands between a service and level 4, read from the catalogue. Values are stable: they go into reports."""

    NOT_PUBLISHED = "not_published", _("Thủ tục chưa có phiên bản đang công bố")
    PRESENCE = "presence", _("Có bước buộc đến trực tiếp")
    EXTERNAL_PROVIDER = "external_provider", _("Do hệ thống khác cung cấp")
    NO_FORM = "no_form", _("Chưa có tờ khai điện tử")
    NO_ONLINE_TERM = "no_online_term", _("Chưa có thời hạn đã rà soát cho cách nộp trực tuyến")
    TERM_UNREVIEWED = "term_unreviewed", _("Có thời hạn chưa rà soát")
    FEE_MISSING = "fee_missing", _("Chưa có mức phí, lệ phí")
    FEE_UNREVIEWED = "fee_unreviewed", _("Mức phí, lệ phí chưa rà soát")
    NO_ONLINE_PAYMENT = "no_online_payment", _("Cơ quan chưa thu phí trực tuyến")
    PAPER_ONLY_RESULT = "paper_only_result", _("Kết quả chỉ trả giấy tại quầy")
    NO_ONLINE_CHANNEL = "no_online_channel", _("Cơ quan không nhận hồ sơ trực tuyến")


class RoadmapState(TextChoices):
    """Where the work on a planned level stands. Whether the level is reached is read from the offerings, never set."""

    PLANNED = "planned", _("Chưa bắt đầu")
    IN_PROGRESS = "in_progress", _("Đang làm")
    BLOCKED = "blocked", _("Đang vướng")
    DROPPED = "dropped", _("Bỏ khỏi lộ trình")


class AdministrativeLevel(TextChoices):
    """Levels of government that carry out a procedure; one procedure may name several (DOMAIN 12 item 4)."""

    MINISTRY = "ministry", _("Cấp bộ")
    PROVINCE = "province", _("Cấp tỉnh")
    COMMUNE = "commune", _("Cấp xã")
    OTHER = "other", _("Cơ quan khác")


class Subject(TextChoices):
    """Who may use a procedure, in the words of the national catalogue."""

    CITIZEN = "citizen", _("Công dân Việt Nam")
    OVERSEAS_VIETNAMESE = "overseas_vietnamese", _("Người Việt Nam định cư ở nước ngoài")
    FOREIGNER = "foreigner", _("Người nước ngoài")
    ENTERPRISE = "enterprise", _("Doanh nghiệp")
    FOREIGN_INVESTED_ENTERPRISE = "foreign_invested_enterprise", _("Doanh nghiệp có vốn đầu tư nước ngoài")
    COOPERATIVE = "cooperative", _("Hợp tác xã")
    ORGANISATION = "organisation", _("Tổ chức khác")
    FOREIGN_ORGANISATION = "foreign_organisation", _("Tổ chức nước ngoài")
    CIVIL_SERVANT = "civil_servant", _("Cán bộ, công chức, viên chức")
    PARTY_MEMBER = "party_member", _("Đảng viên")
    PARTY_ORGANISATION = "party_organisation", _("Tổ chức Đảng")


ORGANISATION_SUBJECTS = frozenset(
    {
        Subject.ENTERPRISE,
        Subject.FOREIGN_INVESTED_ENTERPRISE,
        Subject.COOPERATIVE,
        Subject.ORGANISATION,
        Subject.FOREIGN_ORGANISATION,
        Subject.PARTY_ORGANISATION,
    }
)
"""Users of a procedure that are no natural person: somebody acts for them."""


class DocumentKind(TextChoices):
    """How a required document reaches the dossier."""

    DECLARATION = "declaration", _("Tờ khai")
    UPLOAD = "upload", _("Giấy tờ nộp")
    PRESENTED = "presented", _("Xuất trình để đối chiếu")
    LOOKUP = "lookup", _("Cơ quan tự tra cứu")


class AcceptedFiles(TextChoices):
    """The sorts of files a document takes; blank = everything the portal takes."""

    PDF = "pdf", _("Chỉ PDF")
    PICTURE = "picture", _("Chỉ ảnh")
    SCAN = "scan", _("PDF hoặc ảnh")


class FeeKind(TextChoices):
    """Phí pays for a service, lệ phí is a duty to the state (Luật Phí và lệ phí 97/2015/QH13)."""

    SERVICE_FEE = "service_fee", _("Phí")
    STATE_DUTY = "state_duty", _("Lệ phí")


class FeeCollection(TextChoices):
    """When a fee is asked for: with the filing, when an officer asks, or when the result is handed over."""

    BEFORE_RECEIPT = "before_receipt", _("Khi nộp hồ sơ, trước khi tiếp nhận")
    ON_REQUEST = "on_request", _("Khi cơ quan yêu cầu")
    AT_RETURN = "at_return", _("Khi trả kết quả")


class QuantitySource(TextChoices):
    """Where the number of units of a fee comes from."""

    ANSWER = "answer", _("Câu trả lời trong tờ khai")
    OFFICER = "officer", _("Cán bộ ghi")


class StepPlace(TextChoices):
    """Where an internal step is done."""

    RECEIVING = "receiving", _("Cơ quan tiếp nhận")
    RESOLVING = "resolving", _("Cơ quan giải quyết")
    NAMED = "named", _("Cơ quan khác, ghi mã")


class StepOutcome(TextChoices):
    """How an internal step may end; the first one a step allows is the usual one."""

    FORWARD = "forward", _("Chuyển bước sau")
    RETURN_FOR_REWORK = "return_for_rework", _("Trả lại bước trước")
    ASK_SUPPLEMENT = "ask_supplement", _("Yêu cầu bổ sung")
    ASK_PAYMENT = "ask_payment", _("Yêu cầu nộp phí, lệ phí")
    PROPOSE_GRANT = "propose_grant", _("Đề xuất đồng ý")
    PROPOSE_DENY = "propose_deny", _("Đề xuất không đồng ý")
    SIGN = "sign", _("Ký kết quả")


COMPLETING_OUTCOMES = (StepOutcome.FORWARD, StepOutcome.PROPOSE_GRANT, StepOutcome.PROPOSE_DENY)
"""Those by which the work goes to the next step."""


class HandoffKind(TextChoices):
    """How another agency takes part (S3): up or down the levels, beside, or with an opinion only."""

    VERTICAL = "vertical", _("Liên thông dọc (cấp trên, cấp dưới)")
    HORIZONTAL = "horizontal", _("Liên thông ngang (cùng cấp)")
    CONSULTATION = "consultation", _("Lấy ý kiến")


class HandoffAddressee(TextChoices):
    """Which agency a planned handoff goes to; found for each dossier when it is sent."""

    NAMED = "named", _("Cơ quan cụ thể")
    PARENT = "parent", _("Cơ quan cấp trên của cơ quan tiếp nhận")
    RESOLVING = "resolving", _("Cơ quan giải quyết")
    LEVEL = "level", _("Cơ quan cấp trên gần nhất thuộc một cấp")


class HandoffOpening(TextChoices):
    """When a planned handoff is sent: by the system, or by an officer to whom it is offered."""

    AT_START = "at_start", _("Tự chuyển khi bắt đầu xử lý")
    AFTER = "after", _("Tự chuyển sau khi một bước khác có trả lời")
    OFFERED = "offered", _("Cán bộ thụ lý chuyển khi cần")
    ONWARD = "onward", _("Cơ quan được hỏi ở bước khác chuyển tiếp")


class ReviewCode(TextChoices):
    """What an import found that a person must look at. Values are stable: they go into reports."""

    TERM_MISSING = "term_missing", _("Thiếu thời hạn")
    TERM_WITHOUT_UNIT = "term_without_unit", _("Thời hạn không có đơn vị")
    TERM_IMPLAUSIBLE = "term_implausible", _("Thời hạn khó tin")
    FEE_MISSING = "fee_missing", _("Thiếu phí, lệ phí")
    FEE_THOUSANDFOLD = "fee_thousandfold", _("Mức phí có thể thiếu ba số 0")
    FEE_FREE_WITH_AMOUNT = "fee_free_with_amount", _("Ghi miễn phí nhưng có số tiền")
    FEE_UNREADABLE = "fee_unreadable", _("Không đọc được mức phí")
    FEE_IMPLAUSIBLE = "fee_implausible", _("Mức phí khó tin")
    FEE_SAYS_MORE = "fee_says_more", _("Lời ghi kèm nói thêm hoặc nói khác về mức phí")
    CHANNEL_DUPLICATE = "channel_duplicate", _("Cách nộp bị lặp")
    CHANNEL_SEVERAL_TERMS = "channel_several_terms", _("Một cách nộp có nhiều thời hạn hoặc mức phí")
    CHANNEL_UNKNOWN = "channel_unknown", _("Cách nộp không rõ")
    CHANNEL_MISSING = "channel_missing", _("Không có cách nộp nào")
    LEGAL_BASIS_MISSING = "legal_basis_missing", _("Thiếu căn cứ pháp lý")
    AGENCY_MISSING = "agency_missing", _("Thiếu cơ quan giải quyết")
    DOCUMENTS_MISSING = "documents_missing", _("Thiếu thành phần hồ sơ")
    COPIES_IMPLAUSIBLE = "copies_implausible", _("Số bản giấy tờ khó tin")
    RESULT_MISSING = "result_missing", _("Thiếu kết quả")
    STEPS_MISSING = "steps_missing", _("Thiếu trình tự thực hiện")
    SUBJECT_UNKNOWN = "subject_unknown", _("Đối tượng thực hiện không rõ")
    LEVEL_UNKNOWN = "level_unknown", _("Cấp thực hiện không rõ")
    TEXT_SHORTENED = "text_shortened", _("Nội dung quá dài, đã cắt bớt")


class ReviewedValue(TextChoices):
    """Which imported value a person decides about: what sets a deadline, what charges money."""

    TERM = "term", _("Thời hạn")
    FEE = "fee", _("Phí, lệ phí")


class ReviewDecision(TextChoices):
    """What a person made of a value that was read."""

    ACCEPTED = "accepted", _("Đúng như đã đọc")
    CORRECTED = "corrected", _("Sửa lại")
    REMOVED = "removed", _("Bỏ, không dùng")


class Severity(TextChoices):
    """What a finding of the check before publication does: an error blocks, a warning is shown and may be accepted."""

    ERROR = "error", _("Phải sửa")
    WARNING = "warning", _("Nên xem lại")


class SynonymKind(TextChoices):
    """Why two wordings mean the same to search."""

    SYNONYM = "synonym", _("Cách gọi khác")
    OLD_NAME = "old_name", _("Tên cũ")
    ABBREVIATION = "abbreviation", _("Viết tắt")
    FILLER = "filler", _("Lời thừa")


class LifeEventKind(TextChoices):
    """Whose event it is."""

    PERSON = "person", _("Việc trong đời")
    BUSINESS = "business", _("Việc kinh doanh")


class LifeEventIcon(TextChoices):
    """Icons of static/img/icons.svg that suit an event."""

    BIRTH = "birth", _("Em bé")
    HOME = "home", _("Nhà")
    RINGS = "rings", _("Nhẫn cưới")
    WORK = "work", _("Việc làm")
    SHOP = "shop", _("Cửa hàng")
    LAND = "land", _("Đất")
    WHEEL = "wheel", _("Vô lăng")
    CARE = "care", _("Chăm sóc")
    LOTUS = "lotus", _("Hoa sen")
    USER = "user", _("Người")
    PEOPLE = "people", _("Nhiều người")
    GLOBE = "globe", _("Quả địa cầu")
    DOC = "doc", _("Giấy tờ")
    PAY = "pay", _("Tiền")
    SCALES = "scales", _("Cân")
    SHIELD = "shield", _("Khiên")
    STAMP = "stamp", _("Con dấu")
    LIST = "list", _("Danh sách")


class SearchFacet(TextChoices):
    """What search can be narrowed by; the value is the name in the page's address."""

    LEVEL = "muc-do", _("Làm trực tuyến đến đâu")
    AUDIENCE = "doi-tuong", _("Ai làm")
    LIFE_EVENT = "su-kien", _("Việc trong đời, kinh doanh")
    GOVERNMENT_LEVEL = "cap", _("Cấp giải quyết")
    AREA = "linh-vuc", _("Lĩnh vực")
    AGENCY = "co-quan", _("Cơ quan")


class TemplateOutcome(TextChoices):
    """For which decision a document is worded."""

    GRANTED = "granted", _("Đồng ý giải quyết")
    DENIED = "denied", _("Không đồng ý")
