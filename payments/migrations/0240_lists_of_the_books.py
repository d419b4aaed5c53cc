"""An agency's shifts are listed newest first, and differences nobody answered are counted."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0201_accountants"),
        ('payments', '0230_refund_people_and_accounts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="cashshift",
            index=models.Index(fields=["agency", "-opened_at", "-id"], name="cash_shift_of_agency"),
        ),
        migrations.AddIndex(
            model_name="difference",
            index=models.Index(
                fields=["attempt"], condition=models.Q(("answered_at__isnull", True)), name="difference_unanswered"
            ),
        ),
    ]
