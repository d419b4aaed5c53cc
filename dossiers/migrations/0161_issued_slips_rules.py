"""What the database holds of issued slips: one a cause while not voided, a number once, unchanged and never deleted."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('dossiers', '0160_issued_slips'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='issuedslip',
            options={'ordering': ['dossier_id', 'id'], 'verbose_name': 'phiếu đã lập', 'verbose_name_plural': 'phiếu đã lập'},
        ),
        migrations.AlterField(
            model_name='issuedslip',
            name='cause',
            field=models.CharField(max_length=60, verbose_name='căn cứ lập'),
        ),
        migrations.AlterField(
            model_name='issuedslip',
            name='dossier',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='slips', to='dossiers.dossier'),
        ),
        migrations.AlterField(
            model_name='issuedslip',
            name='form_version',
            field=models.CharField(max_length=40, verbose_name='ban hành theo'),
        ),
        migrations.AlterField(
            model_name='issuedslip',
            name='kind',
            field=models.CharField(choices=[('receipt', 'Giấy tiếp nhận'), ('supplement_request', 'Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ'), ('intake_refusal', 'Phiếu từ chối tiếp nhận hồ sơ'), ('apology', 'Phiếu xin lỗi và hẹn lại ngày trả kết quả'), ('stop_notice', 'Thông báo dừng giải quyết hồ sơ'), ('control_sheet', 'Phiếu kiểm soát quá trình giải quyết hồ sơ')], max_length=24, verbose_name='loại'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='issuedslip',
            trigger=pgtrigger.compiler.Trigger(name='issued_slip_stays_as_issued', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."dossier_id" IS DISTINCT FROM (NEW."dossier_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."cause" IS DISTINCT FROM (NEW."cause") OR OLD."form_code" IS DISTINCT FROM (NEW."form_code") OR OLD."form_version" IS DISTINCT FROM (NEW."form_version") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."document_id" IS DISTINCT FROM (NEW."document_id") OR OLD."issued_at" IS DISTINCT FROM (NEW."issued_at") OR OLD."issued_by_id" IS DISTINCT FROM (NEW."issued_by_id"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='2e7bef2e1199c148d824c9ac282ab2b3de17941c', operation='UPDATE', pgid='pgtrigger_issued_slip_stays_as_issued_701ea', table='dossiers_issuedslip', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='issuedslip',
            trigger=pgtrigger.compiler.Trigger(name='issued_slips_are_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='86465957229319267c3680afa169100a6cf9b9ec', operation='DELETE', pgid='pgtrigger_issued_slips_are_kept_a9bd8', table='dossiers_issuedslip', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='issuedslip',
            constraint=models.UniqueConstraint(condition=models.Q(('voided_at__isnull', True)), fields=('dossier', 'kind', 'cause'), name='issued_slip_once_per_cause'),
        ),
        migrations.AddConstraint(
            model_name='issuedslip',
            constraint=models.UniqueConstraint(condition=models.Q(('number', ''), _negated=True), fields=('number',), name='issued_slip_number_once'),
        ),
        migrations.AddConstraint(
            model_name='issuedslip',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['apology', 'control_sheet', 'intake_refusal', 'receipt', 'stop_notice', 'supplement_request'])), name='issued_slip_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='issuedslip',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('void_reason', ''), ('voided_at__isnull', True)), models.Q(('voided_at__isnull', False), models.Q(('void_reason', ''), _negated=True)), _connector='OR'), name='issued_slip_voided_with_reason'),
        ),
    ]
