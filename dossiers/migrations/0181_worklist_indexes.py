import django.db.models.functions.comparison
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Officers go on working while the indexes of a big table are built.
    atomic = False

    dependencies = [
        ('dossiers', '0180_worklists'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='dossier',
            index=models.Index(models.F('responsible_agency'), django.db.models.functions.comparison.Coalesce('received_at', 'submitted_at'), models.F('id'), condition=models.Q(('state__in', ['payment_requested', 'processing', 'received', 'resolved', 'submitted', 'supplement_requested'])), name='dossier_worklist_received'),
        ),
        AddIndexConcurrently(
            model_name='dossier',
            index=models.Index(condition=models.Q(('state__in', ['payment_requested', 'processing', 'received', 'resolved', 'submitted', 'supplement_requested'])), fields=['responsible_agency', 'code'], name='dossier_worklist_code'),
        ),
        AddIndexConcurrently(
            model_name='dossier',
            index=models.Index(condition=models.Q(('state', 'payment_requested')), fields=['receiving_agency', 'next_date_at', 'id'], name='dossier_worklist_to_pay'),
        ),
    ]
