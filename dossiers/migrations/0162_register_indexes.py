"""The register of an agency and a period reads dossiers by (received_at, id): built while the portal runs."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    # An index is not built concurrently inside a transaction.
    atomic = False

    dependencies = [
        ('dossiers', '0161_issued_slips_rules'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='dossier',
            index=models.Index(condition=models.Q(('received_at__isnull', False)), fields=['receiving_agency', 'received_at', 'id'], name='dossier_register_receiving'),
        ),
        AddIndexConcurrently(
            model_name='dossier',
            index=models.Index(condition=models.Q(('received_at__isnull', False)), fields=['resolving_agency', 'received_at', 'id'], name='dossier_register_resolving'),
        ),
    ]
