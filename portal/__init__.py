"""Một Cửa: the cross-cutting parts of the portal. Each sub-package says in its own docstring what it owns."""

from portal.celery import application as celery_application

__all__ = ["celery_application"]
