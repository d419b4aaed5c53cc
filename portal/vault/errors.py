"""Errors of the vault. Texts carry no name, number or code of a paper."""

from django.utils.translation import gettext_lazy as _

from portal.core.errors import Conflict, NotFound


class PaperNotFound(NotFound):
    """No such paper, or none this actor may know of."""

    code = "paper_not_found"
    default_sentence = _("Không tìm thấy giấy tờ.")


class PaperNotInForce(Conflict):
    """It has been replaced or revoked already; the sentence says which and when."""

    code = "paper_not_in_force"
    default_sentence = _("Giấy tờ này không còn hiệu lực.")


class CodeTaken(Conflict):
    """The verification code belongs to another paper: a new one is drawn and the paper drawn up again."""

    code = "paper_code_taken"
    default_sentence = _("Mã xác minh vừa được dùng cho giấy tờ khác. Hãy thực hiện lại.")
