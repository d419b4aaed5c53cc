from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0100_folded_told_and_chosen'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='channelchoice',
            name='channel_choice_group_known',
        ),
        migrations.AlterField(
            model_name='channelchoice',
            name='group',
            field=models.CharField(choices=[('legal', 'Quyết định, yêu cầu và thời hạn của cơ quan'), ('confirmation', 'Xác nhận những việc đã xong'), ('reminder', 'Nhắc việc sắp đến hạn'), ('message', 'Tin nhắn của cơ quan về hồ sơ'), ('duty', 'Việc giao cho cán bộ'), ('digest', 'Tóm tắt đầu ngày cho cán bộ'), ('system', 'Sự cố của hệ thống'), ('account', 'Mã và liên kết của tài khoản')], max_length=16, verbose_name='nhóm thông báo'),
        ),
        migrations.AddConstraint(
            model_name='channelchoice',
            constraint=models.CheckConstraint(condition=models.Q(('group__in', ['legal', 'confirmation', 'reminder', 'message', 'duty', 'digest', 'system', 'account'])), name='channel_choice_group_known'),
        ),
    ]
