"""What runs by the clock: sweeps and the mails of the morning, in Vietnam's time."""

from typing import Any

from celery.schedules import crontab


def beat_schedule(*, outbox_seconds: int, escalation_seconds: int, morning_hour: int) -> dict[str, dict[str, Any]]:
    """The table of Celery's beat. Every task may run twice, or late: what is due is asked of the rows."""
    return {
        "outbox-sweep": {"task": "portal.core.tasks.relay_outbox", "schedule": outbox_seconds},
        "payments-ask-open-attempts": {"task": "payments.tasks.ask_about_open_attempts", "schedule": 60},
        "payments-close-expired-transfers": {"task": "payments.tasks.close_expired_transfers", "schedule": 600},
        "payments-place-statement-lines": {"task": "payments.tasks.place_statement_lines", "schedule": 60},
        "payments-reconcile-recent-days": {
            "task": "payments.tasks.reconcile_recent_days",
            "schedule": crontab(hour="6", minute="15"),
        },
        "payments-send-refunds": {"task": "payments.tasks.send_refunds", "schedule": 60},
        # Reads tell what is in force by its date; the sweep brings lists and search along.
        "procedures-put-due-revisions-in-force": {
            "task": "procedures.tasks.put_due_revisions_in_force",
            "schedule": 60,
        },
        "procedures-refresh-listing-ranks": {"task": "procedures.tasks.refresh_listing_ranks", "schedule": 3600},
        # Offerings begin and end by date, and a day begins at midnight in Vietnam.
        "procedures-rebuild-search": {
            "task": "procedures.tasks.rebuild_search",
            "schedule": crontab(hour="0", minute="5"),
        },
        "dossiers-tell-of-delays": {"task": "dossiers.tasks.tell_of_delays", "schedule": escalation_seconds},
        "dossiers-look-after-drafts": {"task": "dossiers.tasks.look_after_drafts", "schedule": 3600},
        "dossiers-look-after-exports": {"task": "dossiers.tasks.look_after_exports", "schedule": 30},
        "dossiers-forget-old-bulk-runs": {"task": "dossiers.tasks.forget_old_bulk_runs", "schedule": 24 * 3600},
        "vault-look-after-digitisations": {"task": "portal.vault.tasks.look_after_digitisations", "schedule": 30},
        "vault-tell-of-last-days": {
            "task": "portal.vault.tasks.tell_of_last_days",
            "schedule": crontab(hour="8", minute="0"),
        },
        # Agencies begin and end by date: after midnight in Vietnam.
        "feedback-hand-to-successors": {
            "task": "portal.feedback.tasks.hand_over_what_is_stranded",
            "schedule": crontab(hour="0", minute="20"),
        },
        "documents-collect-stray-files": {"task": "portal.documents.tasks.collect_stray_files", "schedule": 24 * 3600},
        "documents-scan-due": {"task": "portal.documents.tasks.scan_due", "schedule": 30},
        "documents-sweep-uploads": {"task": "portal.documents.tasks.sweep_uploads", "schedule": 3600},
        "notifications-read-bounces": {"task": "portal.notifications.tasks.read_bounces", "schedule": 300},
        # Nobody is told twice: the later runs are for mornings on which broker, worker or database were away at the first.
        "dossiers-send-morning-digests": {
            "task": "dossiers.tasks.send_morning_digests",
            "schedule": crontab(hour=str(morning_hour), minute="0,20,40"),
        },
        "site-tell-of-trouble": {
            "task": "portal.site.tasks.tell_of_trouble",
            "schedule": crontab(hour=str(morning_hour), minute="30,45"),
        },
    }
