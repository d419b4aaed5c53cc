from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("payments", "0142_first_entries")]

    operations = [
        migrations.AddConstraint(
            model_name='paymentattempt',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'succeeded'), _negated=True), ('received_amount', models.F('amount')), _connector='OR'), name='payment_attempt_success_has_its_money'),
        ),
    ]
