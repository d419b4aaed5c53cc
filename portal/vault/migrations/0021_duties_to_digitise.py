"""From when each level must digitise, to begin with (decree 107/2021/NĐ-CP); edited in admin from then on."""

from datetime import date

from django.db import migrations

_DECREE = "Nghị định 107/2021/NĐ-CP"
# Province and district as our sources give them; the day of the communes was not found in them and waits for a check.
_DAYS = (
    ("province", date(2022, 6, 1), True),
    ("department", date(2022, 6, 1), True),
    ("district", date(2022, 12, 1), True),
    ("commune", date(2023, 6, 1), False),
)


def add(apps, schema_editor):
    duty = apps.get_model("vault", "DigitisationDuty")
    for level, begins_on, is_reviewed in _DAYS:
        duty.objects.get_or_create(
            level=level, defaults={"begins_on": begins_on, "legal_basis": _DECREE, "is_reviewed": is_reviewed}
        )


class Migration(migrations.Migration):
    dependencies = [('vault', '0020_digitisation')]
    operations = [migrations.RunPython(add, migrations.RunPython.noop, elidable=True)]
