"""Writing a statement down: all of it or nothing, and no movement twice."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction

from payments.enums import LineVerdict
from payments.errors import StatementAlreadyImported
from payments.gateways import StatementRow
from payments.models import Statement, StatementLine


@transaction.atomic
def write_statement(statement: Statement, rows: Iterable[StatementRow]) -> None:
    """The statement and its lines, none of which is placed yet. Raises StatementAlreadyImported."""
    try:
        with transaction.atomic():
            statement.save()
    except IntegrityError:
        # Somebody brought the same file between our look and now.
        raise StatementAlreadyImported from None
    lines = [
        StatementLine(
            statement=statement,
            source=statement.source,
            account_id=statement.account_id,
            movement_id=row.movement_id,
            reference=row.reference,
            happened_at=row.happened_at,
            amount=row.amount,
            is_refund=row.is_refund,
            is_successful=row.is_successful,
            text=row.text,
            verdict=LineVerdict.PENDING,
        )
        # In one order, so that two files that overlap wait for each other and never in a circle.
        for row in sorted(rows, key=lambda row: row.movement_id)
    ]
    StatementLine.objects.bulk_create(lines, ignore_conflicts=True, batch_size=500)
