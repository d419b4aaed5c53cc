"""Many dossiers cheaply: rows copied in the database from one that was filed in earnest."""

from itertools import count

from django.db import connection

from dossiers.models import Dossier

__all__ = ["copies_of"]

_BATCHES = count()


def copies_of(dossier: Dossier, number: int, *, agency_id: int | None = None, minutes_apart: int = 1) -> list[int]:
    """`number` rows like this one, each with a code and a next date of its own; their keys in the order of their dates.

    Only for reading lists: copies have no journal, no components and no charges.
    """
    columns = [field.column for field in Dossier._meta.concrete_fields if field.column != "id"]
    changed = {
        "public_id": "gen_random_uuid()",
        "code": f"'T{next(_BATCHES):04}-260504-' || to_char(n, 'FM0000000')",
        "next_date_at": f"next_date_at + n * interval '{minutes_apart} minutes'",
        "start_token": "NULL",
    }
    if agency_id is not None:
        changed |= {"responsible_agency_id": str(agency_id), "receiving_agency_id": str(agency_id)}
    chosen = ", ".join(changed.get(column, f'"{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO dossiers_dossier ({names}) SELECT {chosen} FROM dossiers_dossier, generate_series(1, %s) AS n "
            "WHERE id = %s RETURNING id, next_date_at",
            [number, dossier.pk],
        )
        return [pk for pk, _date in sorted(cursor.fetchall(), key=lambda row: (row[1], row[0]))]
