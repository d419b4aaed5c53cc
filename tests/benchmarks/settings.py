"""Settings of the portal while it is measured: those of production, with background work put on a queue of its own.

No worker runs during the benchmark; the nudges that requests send to it are part of their cost and are thrown away.
"""

from portal.settings.base import *  # noqa: F403

CELERY_TASK_DEFAULT_QUEUE = "benchmark"
