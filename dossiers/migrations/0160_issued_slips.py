"""Receipt slips become the first kind of issued slips. What was issued stays: same rows, same documents."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Value
from django.db.models.functions import Replace

# Until now the version carried the form's number too.
PREFIX = "Mẫu số 01, "


def split_the_version(apps, schema_editor):
    slips = apps.get_model("dossiers", "IssuedSlip").objects.all()
    slips.update(form_version=Replace(F("form_version"), Value(PREFIX), Value("")))


def join_the_version(apps, schema_editor):
    from django.db.models.functions import Concat

    slips = apps.get_model("dossiers", "IssuedSlip").objects.all()
    if slips.exclude(kind="receipt").exists() or slips.filter(voided_at__isnull=False).exists():
        raise RuntimeError("there are slips that the older schema cannot hold")
    slips.update(form_version=Concat(Value(PREFIX), F("form_version")))


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0005_signatures_scans_uploads'),
        ('dossiers', '0150_counter_intake'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='receiptslip', name='receipt_slip_once_per_occasion'),
        migrations.RenameModel(old_name='ReceiptSlip', new_name='IssuedSlip'),
        migrations.RenameField(model_name='issuedslip', old_name='occasion', new_name='cause'),
        migrations.AddField(
            model_name='issuedslip',
            name='kind',
            field=models.CharField(default='receipt', max_length=24),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='issuedslip',
            name='form_code',
            field=models.CharField(default='01', max_length=8, verbose_name='mẫu số'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='issuedslip',
            name='number',
            field=models.CharField(blank=True, default='', max_length=80, verbose_name='số'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='issuedslip',
            name='issued_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người lập'),
        ),
        migrations.AddField(
            model_name='issuedslip',
            name='voided_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='hủy lúc'),
        ),
        migrations.AddField(
            model_name='issuedslip',
            name='void_reason',
            field=models.CharField(blank=True, default='', max_length=255, verbose_name='lý do hủy'),
            preserve_default=False,
        ),
        migrations.RunPython(split_the_version, join_the_version),
    ]
