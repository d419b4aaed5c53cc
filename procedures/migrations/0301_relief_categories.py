"""The categories of Luật Phí và lệ phí 97/2015/QH13, điều 10; a short list to begin with, edited in admin from then on."""

import json
from pathlib import Path

from django.db import migrations

_ROWS = Path(__file__).resolve().parent.parent / "initial_data" / "relief_categories.json"


def add(apps, schema_editor):
    category = apps.get_model("procedures", "ReliefCategory")
    for order, row in enumerate(json.loads(_ROWS.read_text(encoding="utf-8")), start=1):
        category.objects.get_or_create(
            key=row["key"],
            defaults={**{name: row[name] for name in ("name", "proof", "legal_basis")}, "order": order},
        )


class Migration(migrations.Migration):
    dependencies = [("procedures", "0300_fee_rules")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop, elidable=True)]
