from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('dossiers', '0302_journal_acts_of_money'),
    ]

    operations = [
        migrations.AddField(
            model_name='counterintake',
            name='relief_paper',
            field=models.CharField(blank=True, db_default='', max_length=500, verbose_name='giấy tờ miễn, giảm đã xem'),
        ),
    ]
