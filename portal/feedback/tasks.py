"""Celery entry points of feedback."""

from celery import shared_task

from portal.feedback import services


@shared_task(name="portal.feedback.tasks.hand_over_what_is_stranded")
def hand_over_what_is_stranded() -> None:
    """Once a day: feedback of agencies that ended goes to their successors."""
    services.hand_over_what_is_stranded()
