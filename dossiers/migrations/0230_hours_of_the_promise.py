"""Whose hours a transferred dossier's date was promised by: until now only the journal line of the transfer told."""

import django.db.models.deletion
from django.db import migrations, models


def fill_in(apps, schema_editor):
    """The dossiers that have been transferred; all others are counted by their resolving agency."""
    Dossier = apps.get_model("dossiers", "Dossier")
    JournalEntry = apps.get_model("dossiers", "JournalEntry")
    # Backwards, so that the first transfer after the receipt has the last word.
    lines = JournalEntry.objects.filter(act="transfer", dossier__received_at__isnull=False).order_by("-sequence")
    for dossier_id, details, at, received_at in lines.values_list(
        "dossier_id", "details", "at", "dossier__received_at"
    ).iterator(chunk_size=500):
        if at >= received_at and "resolving_agency" in details.get("columns", ()):
            Dossier.objects.filter(pk=dossier_id).update(hours_agency_id=details["from_agency"])


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0200_successions"),
        ('dossiers', '0220_journal_acts_of_all'),
    ]

    operations = [
        migrations.AddField(
            model_name="dossier",
            name="hours_agency",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.agency",
                verbose_name="cơ quan đã hẹn ngày",
            ),
        ),
        migrations.RunPython(fill_in, migrations.RunPython.noop),
    ]
