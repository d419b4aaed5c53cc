"""The ledger of charges and attempts that are older than it. One statement each: no row is fetched."""

from django.db import migrations

class Migration(migrations.Migration):

    dependencies = [("payments", "0141_ledger")]

    operations = [
        migrations.RunSQL(
            """
            UPDATE payments_paymentattempt AS attempt SET received_amount = amount
            WHERE attempt.state = 'succeeded'
               OR (attempt.state = 'needs_review'
                   AND attempt.review_reason IN ('double_payment', 'paid_after_cancellation'))
            """,
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            """
            INSERT INTO payments_ledgerentry (charge_id, kind, amount, at, actor_id)
            SELECT id, 'charged', amount, created_at, created_by_id FROM payments_charge ORDER BY created_at, id
            """,
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            """
            INSERT INTO payments_ledgerentry (charge_id, kind, amount, attempt_id, at, actor_id)
            SELECT attempt.charge_id, 'settled', attempt.amount, attempt.id, attempt.finished_at, attempt.recorded_by_id
            FROM payments_paymentattempt AS attempt
            WHERE attempt.state = 'succeeded'
               OR (attempt.state = 'needs_review'
                   AND attempt.review_reason IN ('double_payment', 'paid_after_cancellation'))
            ORDER BY attempt.finished_at, attempt.id
            """,
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            """
            INSERT INTO payments_ledgerentry (charge_id, kind, amount, at)
            SELECT id, 'reduced', amount, cancelled_at FROM payments_charge WHERE state = 'cancelled'
            ORDER BY cancelled_at, id
            """,
            migrations.RunSQL.noop,
        ),
    ]
