"""The index of dossiers filed for organisations and the check of the old rows, while the portal runs."""

from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):

    # An index is not built concurrently inside a transaction.
    atomic = False

    dependencies = [
        ('dossiers', '0410_filed_for_an_organisation'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='dossier',
            index=models.Index(condition=models.Q(('organisation__isnull', False)), fields=['organisation', '-id'], name='dossier_of_organisation'),
        ),
        ValidateConstraint(
            model_name='dossier',
            name='dossier_organisation_named_when_filed',
        ),
    ]
