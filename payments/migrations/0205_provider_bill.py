import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("documents", "0005_signatures_scans_uploads"),
        ('payments', '0190_receipts_and_shifts'),
    ]

    operations = [
        migrations.AddField(
            model_name="paymentattempt",
            name="provider_bill",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="documents.storeddocument",
                verbose_name="biên lai của cổng",
            ),
        ),
    ]
