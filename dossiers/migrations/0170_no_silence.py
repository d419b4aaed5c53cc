"""No dossier waits in silence: who was told of what, the apology with its new date, indexes of the sweeps."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0170_desk_head'),
        ('dossiers', '0162_register_indexes'),
        ('procedures', '0040_draft_saves'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Escalation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cause', models.CharField(max_length=40, verbose_name='việc')),
                ('level', models.PositiveSmallIntegerField(choices=[(0, 'Người nộp'), (1, 'Cán bộ đang giữ'), (2, 'Trưởng bộ phận một cửa'), (3, 'Lãnh đạo cơ quan'), (4, 'Lãnh đạo cơ quan cấp trên')], verbose_name='báo cho')),
                ('about_at', models.DateTimeField(verbose_name='mốc')),
                ('raised_at', models.DateTimeField(verbose_name='báo lúc')),
                ('acknowledged_at', models.DateTimeField(blank=True, null=True, verbose_name='đã biết lúc')),
                ('handle_before', models.DateTimeField(blank=True, null=True, verbose_name='sẽ xử lý trước')),
            ],
            options={
                'verbose_name': 'lần báo chậm',
                'verbose_name_plural': 'các lần báo chậm',
                'ordering': ['dossier_id', 'id'],
            },
        ),
        migrations.CreateModel(
            name='EscalationNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'người được báo',
                'verbose_name_plural': 'người được báo',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Reschedule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('old_due_at', models.DateTimeField(verbose_name='hẹn trả cũ')),
                ('new_due_at', models.DateTimeField(verbose_name='hẹn trả mới')),
                ('counted_from', models.DateTimeField(blank=True, null=True, verbose_name='tính từ')),
                ('counted_days', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='số ngày làm việc')),
                ('reason', models.TextField(blank=True, max_length=1000, verbose_name='lý do chậm')),
                ('proposed_at', models.DateTimeField(verbose_name='đề nghị lúc')),
                ('approved_at', models.DateTimeField(blank=True, null=True, verbose_name='duyệt lúc')),
                ('declined_at', models.DateTimeField(blank=True, null=True, verbose_name='không duyệt lúc')),
            ],
            options={
                'verbose_name': 'xin lỗi và hẹn lại',
                'verbose_name_plural': 'xin lỗi và hẹn lại',
                'ordering': ['dossier_id', 'id'],
            },
        ),
        migrations.AddField(
            model_name='dossier',
            name='promised_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='hẹn lại'),
        ),
        migrations.AddIndex(
            model_name='dossier',
            index=models.Index(condition=models.Q(('state__in', ['payment_requested', 'processing', 'received', 'resolved', 'submitted', 'supplement_requested'])), fields=['state', 'next_date_at', 'id'], name='dossier_sweep'),
        ),
        migrations.AddIndex(
            model_name='dossier',
            index=models.Index(condition=models.Q(('state__in', ['processing', 'received'])), fields=['due_at', 'id'], name='dossier_running_due'),
        ),
        migrations.AddConstraint(
            model_name='dossier',
            constraint=models.CheckConstraint(condition=models.Q(('promised_at__isnull', True), ('due_at__isnull', False), _connector='OR'), name='dossier_promise_needs_due_date'),
        ),
        migrations.AddField(
            model_name='escalation',
            name='acknowledged_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người đã biết'),
        ),
        migrations.AddField(
            model_name='escalation',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agency', verbose_name='cơ quan đang giữ'),
        ),
        migrations.AddField(
            model_name='escalation',
            name='dossier',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='escalations', to='dossiers.dossier'),
        ),
        migrations.AddField(
            model_name='escalationnotice',
            name='escalation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='dossiers.escalation'),
        ),
        migrations.AddField(
            model_name='escalationnotice',
            name='recipient',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='reschedule',
            name='approved_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người duyệt'),
        ),
        migrations.AddField(
            model_name='reschedule',
            name='declined_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người không duyệt'),
        ),
        migrations.AddField(
            model_name='reschedule',
            name='dossier',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reschedules', to='dossiers.dossier'),
        ),
        migrations.AddField(
            model_name='reschedule',
            name='proposed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người đề nghị'),
        ),
        migrations.AddConstraint(
            model_name='escalation',
            constraint=models.UniqueConstraint(fields=('dossier', 'cause', 'level', 'about_at'), name='escalation_once'),
        ),
        migrations.AddConstraint(
            model_name='escalation',
            constraint=models.CheckConstraint(condition=models.Q(('level__in', [0, 1, 2, 3, 4])), name='escalation_level_known'),
        ),
        migrations.AddConstraint(
            model_name='escalation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('acknowledged_at__isnull', True), ('acknowledged_by__isnull', True), ('handle_before__isnull', True)), models.Q(('acknowledged_at__isnull', False), ('acknowledged_by__isnull', False), ('handle_before__isnull', False)), _connector='OR'), name='escalation_acknowledged_whole'),
        ),
        migrations.AddIndex(
            model_name='escalationnotice',
            index=models.Index(condition=models.Q(('settled_at__isnull', True)), fields=['recipient', 'id'], name='escalation_notice_waiting'),
        ),
        migrations.AddConstraint(
            model_name='escalationnotice',
            constraint=models.UniqueConstraint(fields=('escalation', 'recipient'), name='escalation_notice_once'),
        ),
        migrations.AddConstraint(
            model_name='reschedule',
            constraint=models.UniqueConstraint(condition=models.Q(('approved_at__isnull', False)), fields=('dossier',), name='reschedule_approved_once'),
        ),
        migrations.AddConstraint(
            model_name='reschedule',
            constraint=models.UniqueConstraint(condition=models.Q(('approved_at__isnull', True), ('declined_at__isnull', True)), fields=('dossier',), name='reschedule_one_open'),
        ),
        migrations.AddConstraint(
            model_name='reschedule',
            constraint=models.CheckConstraint(condition=models.Q(('new_due_at__gt', models.F('old_due_at'))), name='reschedule_is_later'),
        ),
        migrations.AddConstraint(
            model_name='reschedule',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('approved_at__isnull', True), ('approved_by__isnull', True)), models.Q(('approved_at__isnull', False), ('approved_by__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='reschedule_approved_with_reason_and_name'),
        ),
        migrations.AddConstraint(
            model_name='reschedule',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('declined_at__isnull', True), ('declined_by__isnull', True)), models.Q(('approved_at__isnull', True), ('declined_at__isnull', False), ('declined_by__isnull', False)), _connector='OR'), name='reschedule_declined_with_name'),
        ),
    ]
