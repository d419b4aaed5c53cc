"""PostgreSQL extensions for search without accents and with typing mistakes. Runs first: indexes of any app may use them.

Both are trusted extensions: the owner of the database may create them, no superuser is needed.
"""

from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = []

    operations = [UnaccentExtension(), TrigramExtension()]
