"""Errors of the identity domain."""

from django.utils.translation import gettext_lazy as _

from portal.core.errors import InvalidInput


class EmailAlreadyUsed(InvalidInput):
    code = "email_already_used"
    default_sentence = _("Địa chỉ này đã có tài khoản.")
