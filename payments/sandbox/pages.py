"""The sandbox's pages: small templates of the standard library, everything that came from outside escaped."""

from datetime import datetime, timedelta
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import urlencode

from payments.sandbox.ledger import VIETNAM, Movement, Transaction
from payments.sandbox.notifier import MISBEHAVIOURS
from payments.sandbox.texts import TEXTS

_FOLDER = Path(__file__).parent / "pages"
STYLE = (_FOLDER / "sandbox.css").read_bytes()


def _fill(name: str, words: dict[str, str], **values: str) -> str:
    template = Template((_FOLDER / f"{name}.html").read_text(encoding="utf-8"))
    return template.substitute({**words, **values})


def _frame(words: dict[str, str], title: str, body: str, *, width: str = "wrap") -> str:
    return _fill("frame", words, title=title, body=body, width=width)


def _money(amount: int) -> str:
    return f"{amount // 100:,}".replace(",", ".") + "&nbsp;đ"


def _instant(stamp: str) -> str:
    return f"{stamp[8:10]}:{stamp[10:12]}, {stamp[6:8]}/{stamp[4:6]}/{stamp[:4]}"


def _choices(words: dict[str, str], chosen: str) -> str:
    return "\n".join(
        f'          <label class="choice"><input type="radio" name="misbehave" value="{name}"'
        f"{' checked' if name == chosen else ''}> <span>{words[name]}</span></label>"
        for name in MISBEHAVIOURS
    )


def _table(heads: list[str], rows: list[list[str]]) -> str:
    """Cells are HTML already; the first one of a row is its head."""
    head = "".join(f'<th scope="col">{text}</th>' for text in heads)
    body = ""
    for first, *cells in rows:
        # On a narrow screen a row is a list, and each cell says what it is.
        said = "".join(f'<td data-head="{text}">{cell}</td>' for text, cell in zip(heads[1:], cells, strict=True))
        body += f'<tr><th scope="row" data-head="{heads[0]}">{first}</th>{said}</tr>'
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _code(text: str) -> str:
    return f'<span class="code">{escape(text)}</span>'


def _link(reference: str) -> str:
    return f'<a class="code" href="/giao-dich?{escape(urlencode({"ma": reference}))}">{escape(reference)}</a>'


def pay_page(transaction: Transaction, misbehaviour: str) -> str:
    """Where a person pays, cancels or fails."""
    words = TEXTS[transaction.locale]
    body = _fill(
        "pay",
        words,
        money=_money(transaction.amount),
        order_info=escape(transaction.order_info),
        order_reference=escape(transaction.reference),
        expiry=_instant(transaction.expires),
        token=escape(transaction.token),
        choices=_choices(words, misbehaviour),
        is_open=" open" if misbehaviour else "",
    )
    return _frame(words, words["heading"], body)


def transaction_page(transaction: Transaction) -> str:
    """What is known of one transaction, and how the provider shall answer about it from now on."""
    words = TEXTS["vn"]
    refunds = _table(
        [words["number"], words["kind"], words["amount"], words["status"]],
        [
            [_code(one.number), words[f"kind_{one.kind}"], _money(one.amount), _code(one.status)]
            for one in transaction.refunds
        ],
    )
    body = _fill(
        "transaction",
        words,
        money=_money(transaction.amount),
        left=_money(transaction.refundable),
        order_info=escape(transaction.order_info),
        order_reference=escape(transaction.reference),
        outcome=escape(
            f"{transaction.response_code} / {transaction.status}" if transaction.is_final else words["open"]
        ),
        transaction_no=escape(transaction.transaction_no or "-"),
        refunds=refunds if transaction.refunds else f"<p>{words['refunds_empty']}</p>",
        token=escape(transaction.token),
        choices=_choices(words, transaction.misbehaviour),
    )
    return _frame(words, words["transaction_heading"], body)


def statement_page(day: str, movements: list[Movement]) -> str:
    """The movements of one day (yyyymmdd)."""
    words = TEXTS["vn"]
    date = datetime.strptime(day, "%Y%m%d").replace(tzinfo=VIETNAM)
    table = _table(
        [words["number"], words["reference"], words["kind"], words["amount"], words["status"], words["paid_at"]],
        [
            [
                _code(one.number),
                _link(one.reference),
                words[f"kind_{one.kind}"],
                _money(one.amount),
                _code(one.status),
                _instant(one.moment),
            ]
            for one in movements
        ],
    )
    body = _fill(
        "statement",
        words,
        day=f"{date:%d/%m/%Y}",
        iso=f"{date:%Y-%m-%d}",
        before=f"{date - timedelta(days=1):%Y-%m-%d}",
        after=f"{date + timedelta(days=1):%Y-%m-%d}",
        table=table if movements else f"<p>{words['statement_empty']}</p>",
    )
    return _frame(words, f"{words['statement_heading']} {date:%d/%m/%Y}", body, width="wrap wide")


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
    table = _table(
        [words["reference"], words["amount"], words["result"]],
        [
            [_link(one.reference), _money(one.amount), escape(one.response_code) or words["open"]]
            for one in transactions
        ],
    )
    body = _fill("index", words, table=table if transactions else f"<p>{words['index_empty']}</p>")
    return _frame(words, words["name"], body)
