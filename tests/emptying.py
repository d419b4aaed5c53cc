"""Empties the database after a test that commits: only the tables it filled.

Django truncates all of them, a hundred files made anew each time for the handful that hold a few rows, and then makes
every content type and permission once more. Together that takes ten times as long.
"""

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.test import TransactionTestCase

# What `migrate` makes from the models themselves, and would make again.
_MADE_BY_MIGRATE = {ContentType._meta.db_table, Permission._meta.db_table}


def empty_what_was_filled(case: TransactionTestCase) -> None:
    """In the place of TransactionTestCase._fixture_teardown; sequences go on, as with Django's own."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT usesuper FROM pg_user WHERE usename = current_user")
        if cursor.fetchone() != (True,):
            # Without that right keys and triggers cannot be put aside.
            return _django_s_own(case)
        tables = set(connection.introspection.django_table_names(only_existing=True, include_views=False))
        rows = (
            f"(SELECT '{table}' FROM {connection.ops.quote_name(table)} LIMIT 1)"
            for table in sorted(tables - _MADE_BY_MIGRATE)
        )
        cursor.execute(" UNION ALL ".join(rows))
        filled = [table for (table,) in cursor.fetchall()]
        # Neither the order of foreign keys nor the triggers that keep journals from being rewritten matter here.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in filled:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")
    return None


_django_s_own = TransactionTestCase._fixture_teardown
