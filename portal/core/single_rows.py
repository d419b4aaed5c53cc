"""One row by a condition that leaves no second."""

from typing import Any, TypeVar

from django.db.models import QuerySet

Row = TypeVar("Row")


def only_row(rows: "QuerySet[Any, Row]") -> Row | None:
    """The row, or None. The condition is unique, so nothing is put in order.

    `first()` orders by the key, and for an order Django compares it with every column that is read: with a few joined tables
    that takes a millisecond of each request, more than PostgreSQL needs for the row.
    """
    for row in rows.order_by()[:1]:
        return row
    return None
