from payments.models.attempts import PaymentAttempt
from payments.models.charges import Charge
from payments.models.ledger import LedgerEntry
from payments.models.messages import ProviderMessage
from payments.models.receipts import PaymentReceipt, ReceiptBook
from payments.models.receiving_accounts import ReceivingAccount
from payments.models.refunds import Refund
from payments.models.shifts import CashShift
from payments.models.statement_words import StatementWord
from payments.models.statements import Difference, Reconciliation, Statement, StatementLine

__all__ = [
    "CashShift",
    "Charge",
    "Difference",
    "LedgerEntry",
    "PaymentAttempt",
    "PaymentReceipt",
    "ProviderMessage",
    "ReceiptBook",
    "ReceivingAccount",
    "Reconciliation",
    "Refund",
    "Statement",
    "StatementLine",
    "StatementWord",
]
