"""The Celery application: workers take ids, fetch, make one service call. Beat only runs sweeps over rows with a date."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.base")

application = Celery("portal")
application.config_from_object("django.conf:settings", namespace="CELERY")
application.autodiscover_tasks()
