"""The mailbox's pages: plain HTML, no script, one style sheet, Vietnamese or English as the browser asks."""

import gettext
from collections.abc import Callable, Sequence
from datetime import datetime
from html import escape
from pathlib import Path
from zoneinfo import ZoneInfo

from portal.launcher.mailbox.store import Mail

_LOCALE = Path(__file__).resolve().parent.parent.parent.parent / "locale"
_TIME_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
STYLE_SHEET = Path(__file__).with_name("mailbox.css")
LANGUAGES = ("vi", "en")


def language_of(accepted: str) -> str:
    """The first of our languages in an Accept-Language header; Vietnamese when none is there."""
    for part in accepted.split(","):
        language = part.partition(";")[0].strip().lower().partition("-")[0]
        if language in LANGUAGES:
            return language
    return "vi"


def translator(language: str) -> Callable[[str], str]:
    """gettext over the portal's own catalogue; without one the Vietnamese source stands."""
    return gettext.translation("django", _LOCALE, [language], fallback=True).gettext


def _page(language: str, title: str, body: str) -> bytes:
    _ = translator(language)
    skip, name = escape(_("Đến nội dung chính")), escape(_("Hộp thư dùng thử"))
    promise = escape(_("Mọi thư của bản dùng thử đến đây; không thư nào ra ngoài máy này."))
    return f"""<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<link rel="stylesheet" href="/mailbox.css">
</head>
<body>
<a class="skip" href="#content">{skip}</a>
<header><div class="wrap">
<a class="brand" href="/">{name}</a>
<p>{promise}</p>
</div></header>
<main id="content" class="wrap">
{body}
</main>
</body>
</html>
""".encode()


def _instant(moment: datetime, language: str) -> str:
    local = moment.astimezone(_TIME_ZONE)
    vietnamese = f"{local.hour} giờ {local:%M}, ngày {local:%d/%m/%Y}"
    shown = vietnamese if language == "vi" else f"{local:%d %b %Y, %H:%M}"
    return f'<time datetime="{local.isoformat(timespec="seconds")}">{shown}</time>'


def list_page(language: str, mails: Sequence[Mail], recipient: str) -> bytes:
    """All mails newest first, or those of one recipient."""
    _ = translator(language)
    title = _("Thư đã nhận")
    parts = [f'<h1>{escape(title)} <span class="count">{len(mails)}</span></h1>']
    if recipient:
        shown, all_mails = escape(_("Chỉ thư gửi tới %(address)s.") % {"address": recipient}), escape(_("Xem tất cả"))
        parts.append(f'<p class="filter">{shown} <a href="/">{all_mails}</a></p>')
    if not mails:
        nothing = escape(_("Chưa có thư nào. Thư mới hiện ra khi bạn tải lại trang."))
        parts.append(f'<p class="empty">{nothing}</p>')
    else:
        to = escape(_("Tới"))
        parts.append('<ul class="mails">')
        for mail in mails:
            subject = escape(mail.subject or _("(không có tiêu đề)"))
            parts.append(
                f'<li><a href="/mails/{mail.id}/">{subject}</a>'
                f'<span class="to">{to}: {escape(", ".join(mail.recipients))}</span>'
                f"{_instant(mail.received_at, language)}</li>"
            )
        parts.append("</ul>")
    return _page(language, title, "\n".join(parts))


def mail_page(language: str, mail: Mail) -> bytes:
    """One mail: headers, the HTML part in a frame that may run nothing, the text part, attachments."""
    _ = translator(language)
    rows = [
        (_("Từ"), escape(mail.sender)),
        (_("Tới"), escape(", ".join(mail.recipients))),
        (_("Nhận lúc"), _instant(mail.received_at, language)),
    ]
    if mail.attachments:
        shown = ", ".join(f"{name} ({size} B)" for name, size in mail.attachments)
        rows.append((_("Tệp kèm"), escape(shown)))
    subject = mail.subject or _("(không có tiêu đề)")
    back, source = escape(_("Về danh sách thư")), escape(_("Xem nguồn của thư"))
    parts = [f'<p><a href="/">{back}</a></p>', f"<h1>{escape(subject)}</h1>", "<dl>"]
    parts += [f"<div><dt>{escape(label)}</dt><dd>{value}</dd></div>" for label, value in rows]
    parts.append("</dl>")
    if mail.part("html") is not None:
        heading, title = escape(_("Bản trình bày")), escape(_("Nội dung thư"))
        parts.append(f"<h2>{heading}</h2>")
        # Links open beside the mailbox; the frame's answer carries a policy without scripts, and so does the sandbox.
        sandbox = "allow-popups allow-popups-to-escape-sandbox"
        parts.append(f'<iframe sandbox="{sandbox}" title="{title}" src="/mails/{mail.id}/html"></iframe>')
    text = mail.part("plain")
    if text is not None:
        heading = escape(_("Bản chữ"))
        parts.append(f'<h2>{heading}</h2><pre tabindex="0">{_linked(text)}</pre>')
    parts.append(f'<p><a href="/mails/{mail.id}/source">{source}</a></p>')
    return _page(language, subject, "\n".join(parts))


def _linked(text: str) -> str:
    """The text with addresses of pages as links, so that a mail's link can be followed from the demo."""
    words = []
    for line in text.splitlines():
        shown = []
        for word in line.split(" "):
            address = word.rstrip(".,;)")
            if address.startswith(("http://", "https://")):
                link = f'<a href="{escape(address)}" rel="noreferrer">{escape(address)}</a>'
                shown.append(link + escape(word[len(address) :]))
            else:
                shown.append(escape(word))
        words.append(" ".join(shown))
    return "\n".join(words)


def not_found_page(language: str) -> bytes:
    _ = translator(language)
    title, back = _("Không có thư này"), escape(_("Về danh sách thư"))
    return _page(language, title, f'<h1>{escape(title)}</h1><p><a href="/">{back}</a></p>')
