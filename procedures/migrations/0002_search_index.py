"""Trigram index over the folded search text. Kept out of the model's Meta because it needs the extension first."""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("procedures", "0001_initial")]

    operations = [
        TrigramExtension(),
        migrations.RunSQL(
            "CREATE INDEX procedure_search_trgm ON procedures_procedure USING gin (search_text gin_trgm_ops)",
            "DROP INDEX procedure_search_trgm",
        ),
    ]
