"""The mailbox over HTTP, reading only: pages for people, `/api/mails` for tests."""

import json
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

from portal.launcher.mailbox import pages
from portal.launcher.mailbox.store import Mail, MailStore

_PAGE_POLICY = "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'"
# A mail brings its own style and pictures inside itself; it loads nothing, runs nothing and knows nobody's address.
_MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)
_HTML, _JSON, _TEXT, _CSS = (
    f"{kind}; charset=utf-8" for kind in ("text/html", "application/json", "text/plain", "text/css")
)


def as_json(mail: Mail) -> dict[str, object]:
    """What a test wants to know of a mail."""
    return {
        "id": mail.id,
        "received_at": mail.received_at.isoformat(),
        "from": mail.sender,
        "to": list(mail.recipients),
        "subject": mail.subject,
        "text": mail.part("plain"),
        "html": mail.part("html"),
        "attachments": [{"name": name, "size": size} for name, size in mail.attachments],
    }


class MailboxServer(ThreadingHTTPServer):
    """HTTP on one local port over one store."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], store: MailStore) -> None:
        super().__init__(address, MailboxHandler)
        self.store = store


class MailboxHandler(BaseHTTPRequestHandler):
    server: MailboxServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        # A page elsewhere that points its own name at this machine must not be able to read the mails.
        host = self.headers.get("Host", "").rpartition(":")[0] or self.headers.get("Host", "")
        if host not in {"127.0.0.1", "localhost"}:
            self._answer(HTTPStatus.MISDIRECTED_REQUEST, _TEXT, b"This mailbox answers on 127.0.0.1 only.\n")
            return
        address = urlsplit(self.path)
        recipient = parse_qs(address.query).get("to", [""])[0]
        language = pages.language_of(self.headers.get("Accept-Language", ""))
        match unquote(address.path).strip("/").split("/"):
            case [""]:
                mails = list(self.server.store.newest_first(recipient))
                self._answer(HTTPStatus.OK, _HTML, pages.list_page(language, mails, recipient))
            case ["mailbox.css"]:
                self._answer(HTTPStatus.OK, _CSS, pages.STYLE_SHEET.read_bytes())
            case ["api", "mails"]:
                listed = [as_json(mail) for mail in self.server.store.newest_first(recipient)]
                self._answer(HTTPStatus.OK, _JSON, json.dumps(listed, ensure_ascii=False).encode())
            case ["mails", mail_id]:
                mail = self.server.store.get(mail_id)
                page = pages.not_found_page(language) if mail is None else pages.mail_page(language, mail)
                self._answer(HTTPStatus.NOT_FOUND if mail is None else HTTPStatus.OK, _HTML, page)
            case ["mails", mail_id, "source"] if source := self.server.store.source(mail_id):
                self._answer(HTTPStatus.OK, _TEXT, source)
            case ["mails", mail_id, "html"] if (mail := self.server.store.get(mail_id)) and mail.part("html"):
                # Links of the mail leave the frame.
                shown = '<base target="_blank">' + (mail.part("html") or "")
                self._answer(HTTPStatus.OK, _HTML, shown.encode(), policy=_MAIL_POLICY)
            case _:
                self._answer(HTTPStatus.NOT_FOUND, _HTML, pages.not_found_page(language))

    do_HEAD = do_GET  # noqa: N815

    def _answer(self, status: HTTPStatus, media_type: str, body: bytes, *, policy: str = _PAGE_POLICY) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", policy)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Requests are not logged: their addresses may name a recipient."""
