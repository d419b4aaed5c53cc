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


class RevisionState(TextChoices):
    """A draft may change; what was published never does."""

    DRAFT = "draft", _("Bản nháp")
    PUBLISHED = "published", _("Đang công bố")
    SUPERSEDED = "superseded", _("Đã thay thế")


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
    """When a fee is asked for."""

    ON_REQUEST = "on_request", _("Khi cơ quan yêu cầu")
    AT_RETURN = "at_return", _("Khi trả kết quả")


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
