"""For whom a dossier is filed. Columns without a value of their own, a rule not checked over the old rows yet: no row is
read or written, so the table is locked for an instant only."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0201_accountants'),
        ('dossiers', '0400_papers_used_again'),
        ('procedures', '0400_papers_in_place_of_uploads'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='dossier',
            name='organisation',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation', verbose_name='nộp thay mặt tổ chức'),
        ),
        migrations.AddField(
            model_name='dossier',
            name='organisation_name',
            field=models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='tên tổ chức lúc nộp'),
        ),
        migrations.AddField(
            model_name='dossier',
            name='organisation_tax_code',
            field=models.CharField(blank=True, db_default='', default='', max_length=14, verbose_name='mã số thuế lúc nộp'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='dossier',
            trigger=pgtrigger.compiler.Trigger(name='dossier_filed_for_is_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NOT (OLD."state" = \'draft\') AND (OLD."organisation_id" IS DISTINCT FROM (NEW."organisation_id") OR OLD."organisation_name" IS DISTINCT FROM (NEW."organisation_name") OR OLD."organisation_tax_code" IS DISTINCT FROM (NEW."organisation_tax_code")))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='0afdaa2be933ead7d950a4ecb4da0d0b64265a3f', operation='UPDATE', pgid='pgtrigger_dossier_filed_for_is_frozen_4bf4d', table='dossiers_dossier', when='BEFORE')),
        ),
        AddConstraintNotValid(
            model_name='dossier',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('organisation__isnull', True), ('organisation_name', ''), ('organisation_tax_code', '')), models.Q(('organisation__isnull', False), ('state', 'draft')), models.Q(('organisation__isnull', False), models.Q(('organisation_name', ''), _negated=True), models.Q(('organisation_tax_code', ''), _negated=True)), _connector='OR'), name='dossier_organisation_named_when_filed'),
        ),
    ]
