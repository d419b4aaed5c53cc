"""What a person reads of one signature: for rows that were kept at the upload and for a file that was just looked at."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.templatetags.portal import instant
from portal.documents.enums import SignatureReason, SignatureVerdict

_SENTENCES = {
    SignatureVerdict.VALID: gettext_lazy("Chữ ký số hợp lệ của %(who)s%(when)s."),
    SignatureVerdict.UNTRUSTED: gettext_lazy(
        "Chữ ký số của %(who)s%(when)s còn nguyên vẹn nhưng chưa xác minh được người ký, vì %(why)s."
    ),
    SignatureVerdict.CHANGED: gettext_lazy("Tệp bị sửa sau khi ký: chữ ký số của %(who)s%(when)s, %(why)s."),
    SignatureVerdict.INVALID: gettext_lazy("Chữ ký số của %(who)s%(when)s không hợp lệ, vì %(why)s."),
    SignatureVerdict.UNREADABLE: gettext_lazy("Không kiểm tra được chữ ký số, vì %(why)s."),
}


class SignatureWords:
    """For what has a verdict, a reason, the signer's names and the moment."""

    __slots__ = ()

    verdict: Any
    reason: Any
    signer_name: str
    agency_name: str
    signed_at: datetime | None

    @property
    def sentence(self) -> str:
        """Who, when, and what it is worth."""
        facts = {
            "who": self.signer_name or _("người ký không rõ tên"),
            "when": "",
            "why": SignatureReason(self.reason).label,
        }
        if self.agency_name:
            facts["who"] = _("%(who)s, chứng thư của %(agency)s,") % {"who": facts["who"], "agency": self.agency_name}
        if self.signed_at is not None:
            facts["when"] = _(" lúc %(when)s") % {"when": instant(self.signed_at)}
        return str(_SENTENCES[SignatureVerdict(self.verdict)]) % facts

    @property
    def tone(self) -> str:
        """In the terms of `components/state.html`."""
        return "ok" if self.is_good else "stop" if self.is_bad else "wait"

    @property
    def is_good(self) -> bool:
        return bool(self.verdict == SignatureVerdict.VALID)

    @property
    def is_bad(self) -> bool:
        """The signature speaks against the file, beyond not being provable."""
        return self.verdict in {SignatureVerdict.CHANGED, SignatureVerdict.INVALID, SignatureVerdict.UNREADABLE}
