"""The head of a one-stop desk is a role of its own."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0150_people_at_desks'),
    ]

    operations = [
        migrations.AlterField(
            model_name='officerposting',
            name='role',
            field=models.CharField(choices=[('desk_officer', 'Cán bộ một cửa'), ('desk_head', 'Trưởng bộ phận một cửa'), ('case_officer', 'Cán bộ thụ lý'), ('signer', 'Người ký'), ('cashier', 'Thu ngân'), ('agency_head', 'Lãnh đạo cơ quan')], max_length=16, verbose_name='vai trò'),
        ),
    ]
