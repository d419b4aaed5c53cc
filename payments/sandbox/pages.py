"""The sandbox's pages: small templates of the standard library, everything that came from outside escaped."""

from html import escape
from pathlib import Path
from string import Template

from payments.sandbox.ledger import Transaction
from payments.sandbox.notifier import MISBEHAVIOURS
from payments.sandbox.texts import TEXTS

_FOLDER = Path(__file__).parent / "pages"
STYLE = (_FOLDER / "sandbox.css").read_bytes()


def _fill(name: str, words: dict[str, str], **values: str) -> str:
    template = Template((_FOLDER / f"{name}.html").read_text(encoding="utf-8"))
    return template.substitute({**words, **values})


def _frame(words: dict[str, str], title: str, body: str) -> str:
    return _fill("frame", words, title=title, body=body)


def _money(amount: int) -> str:
    return f"{amount // 100:,}".replace(",", ".") + "&nbsp;đ"


def _instant(stamp: str) -> str:
    return f"{stamp[8:10]}:{stamp[10:12]}, {stamp[6:8]}/{stamp[4:6]}/{stamp[:4]}"


def pay_page(transaction: Transaction, misbehaviour: str) -> str:
    """Where a person pays, cancels or fails."""
    words = TEXTS[transaction.locale]
    choices = "\n".join(
        f'          <label class="choice"><input type="radio" name="misbehave" value="{name}"'
        f"{' checked' if name == misbehaviour else ''}> <span>{words[name]}</span></label>"
        for name in MISBEHAVIOURS
    )
    body = _fill(
        "pay",
        words,
        money=_money(transaction.amount),
        order_info=escape(transaction.order_info),
        order_reference=escape(transaction.reference),
        expiry=_instant(transaction.expires),
        token=escape(transaction.token),
        choices=choices,
    )
    return _frame(words, words["heading"], body)


def said_page(locale: str, kind: str, *, detail: str = "", back_url: str = "") -> str:
    """A page that only says something: `done`, `expired` or `refused`."""
    words = TEXTS[locale]
    link = f'<p><a href="{escape(back_url)}">{words["back"]}</a></p>' if back_url else ""
    text = f"{words[f'{kind}_text']} {escape(detail)}".strip()
    body = _fill("said", words, heading=words[f"{kind}_heading"], text=text, link=link)
    return _frame(words, words[f"{kind}_heading"], body)


def index_page(transactions: list[Transaction]) -> str:
    """What was tried lately, for whoever runs the demo."""
    words = TEXTS["vn"]
    rows = "".join(
        f'<tr><th scope="row" class="code">{escape(one.reference)}</th><td>{_money(one.amount)}</td>'
        f"<td>{escape(one.response_code) or words['open']}</td></tr>"
        for one in transactions
    )
    table = (
        f'<table><thead><tr><th scope="col">{words["reference"]}</th><th scope="col">{words["amount"]}</th>'
        f'<th scope="col">{words["result"]}</th></tr></thead><tbody>{rows}</tbody></table>'
    )
    return _frame(words, words["name"], _fill("index", words, table=table if rows else words["index_empty"]))
