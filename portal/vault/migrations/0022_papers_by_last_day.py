from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [('vault', '0021_duties_to_digitise')]

    operations = [
        migrations.AddField(
            model_name='issuedpaper',
            name='last_day_told_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name='issuedpaper',
            index=models.Index(
                condition=Q(state='in_force', last_day_told_at__isnull=True, valid_until__isnull=False),
                fields=['valid_until'],
                name='issued_paper_last_day_untold',
            ),
        ),
    ]
