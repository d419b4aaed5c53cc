"""One handover to the mail server, with its answer sorted into "taken", "never" and "later"."""

import smtplib

from django.core.mail import EmailMultiAlternatives
from django.utils.encoding import punycode

# 452 and 552 both say "mailbox or disk full": RFC 5321 4.5.3.1.10 has clients treat 552 after RCPT as temporary.
_TEMPORARY_THOUGH_5XX = {552}


class MailRefused(Exception):  # noqa: N818 - a verdict, not a fault of ours
    """The mail will never be taken for this address; `code` is a stored code as `reasons` reads it."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class MailPostponed(Exception):  # noqa: N818
    """Not taken now: no connection, a 4xx answer, or a server that is set up wrongly. `reason` is a code, no text."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def on_the_wire(address: str) -> str:
    """The address with its domain as mail servers know it: an@đồng.vn is an@xn--ng-pma6851a.vn.

    Raises MailRefused, as RFC 3463 says of a badly written address, for one that no server can be told.
    """
    local, _at, domain = address.rpartition("@")
    try:
        return f"{local.encode('ascii').decode()}@{punycode(domain)}"
    except UnicodeError:
        raise MailRefused("dsn_5.1.3") from None


def hand_over(message: EmailMultiAlternatives) -> None:
    """Give the message to the configured server. Returns when it was accepted.

    Raises MailRefused when the recipient or the message is refused for good, MailPostponed for all that can heal: that
    includes our own sender address or password being refused, which an administrator mends without losing mails.
    """
    try:
        message.send(fail_silently=False)
    except smtplib.SMTPRecipientsRefused as error:
        _sort(max((code for code, _ in error.recipients.values()), default=0), error)
    except smtplib.SMTPSenderRefused as error:
        raise MailPostponed(f"smtp_sender_{error.smtp_code}") from None
    except smtplib.SMTPDataError as error:
        _sort(error.smtp_code, error)
    except smtplib.SMTPResponseException as error:
        raise MailPostponed(f"smtp_{error.smtp_code}") from None
    except OSError as error:  # SMTPException is an OSError, as are refused and timed out connections
        raise MailPostponed(type(error).__name__[:40]) from None


def _sort(code: int, error: smtplib.SMTPException) -> None:
    # `from None`: the server's words repeat the address, and tracebacks must not carry it.
    if 500 <= code < 600 and code not in _TEMPORARY_THOUGH_5XX:
        raise MailRefused(f"smtp_{code}") from None
    raise MailPostponed(f"smtp_{code}" if code else type(error).__name__) from None
