"""When a message was refused: it may have waited for days before that."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0101_messages_are_a_group'),
    ]

    operations = [
        migrations.AddField(
            model_name='maildelivery',
            name='refused_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='bị từ chối lúc'),
        ),
        migrations.AddField(
            model_name='shortmessage',
            name='refused_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='bị từ chối lúc'),
        ),
        migrations.AddConstraint(
            model_name='maildelivery',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'failed'), ('refused_at__isnull', True), _connector='OR'), name='mail_refused_at_of_failed'),
        ),
        migrations.AddConstraint(
            model_name='shortmessage',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'failed'), ('refused_at__isnull', True), _connector='OR'), name='short_message_refused_at_of_failed'),
        ),
    ]
