"""Public numbers from a locked table: unique under concurrency, tolerant of gaps, never random (DOMAIN 4.2)."""

from django.db import connection, transaction

from portal.core.models import ReferenceCounter


def next_number(series: str) -> int:
    """Advance the series and return its new number, starting at 1.

    Must run inside the transaction that writes the numbered row: the row lock of the counter is held until then, so two
    filings at the same instant queue up here, and a rolled back filing gives its number back.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("next_number() must run inside a transaction")
    table = connection.ops.quote_name(ReferenceCounter._meta.db_table)
    with connection.cursor() as cursor:
        # One statement inserts or advances under the row lock; no read-then-write window. The name is the model's own.
        cursor.execute(
            f"INSERT INTO {table} (series, last_number) VALUES (%s, 1) "  # noqa: S608 # nosec B608
            f"ON CONFLICT (series) DO UPDATE SET last_number = {table}.last_number + 1 RETURNING last_number",
            [series],
        )
        row = cursor.fetchone()
    return int(row[0])
