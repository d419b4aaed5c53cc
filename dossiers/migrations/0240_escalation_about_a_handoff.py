from django.db import migrations, models
import django.db.models.deletion


class Migration(migrations.Migration):
    dependencies = [('dossiers', '0230_hours_of_the_promise')]

    operations = [
        migrations.RemoveConstraint(model_name="escalation", name="escalation_once"),
        migrations.AddField(
            model_name="escalation",
            name="handoff",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="escalations",
                to="dossiers.handoff",
                verbose_name="phần việc liên thông",
            ),
        ),
        migrations.AddConstraint(
            model_name="escalation",
            constraint=models.UniqueConstraint(
                fields=("dossier", "cause", "level", "about_at", "handoff"),
                name="escalation_once",
                nulls_distinct=False,
            ),
        ),
    ]
