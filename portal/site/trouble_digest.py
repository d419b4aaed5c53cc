"""The administrators' mail about an unhealthy system: once a day, only when there is something."""

import logging
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from portal.accounts import selectors as account_selectors
from portal.accounts.models import User
from portal.core import clock
from portal.core.errors import PortalError
from portal.core.trouble import all_trouble
from portal.notifications import services as notification_services
from portal.notifications.enums import MessageGroup
from portal.notifications.services import MessageKind, Recipient

logger = logging.getLogger(__name__)
TROUBLE_DIGEST = "administrator/trouble"
_LANGUAGE = "vi"


def _sample() -> dict[str, Any]:
    return {
        "count": 1,
        "sections": [{"label": "Hộp thư đi", "rows": [{"what": "Việc nền bị tạm gác", "count": 2, "url": ""}]}],
        "admin_url": f"{settings.PUBLIC_URL}/quan-tri/",
    }


notification_services.register_kinds(
    MessageKind(
        key=TROUBLE_DIGEST,
        label=_("Sự cố của hệ thống"),
        group=MessageGroup.SYSTEM,
        variables=(),
        sample=_sample,
        address_key="admin_url",
        is_editable=False,
    )
)


def tell_of_trouble() -> int:
    """One mail an administrator and day; returns how many were written. Safe to run again."""
    with translation.override(_LANGUAGE):
        admin_url = f"{settings.PUBLIC_URL}{reverse('admin:index')}"
        sections = [
            {
                "label": str(label),
                "rows": [
                    {"what": str(one.what), "count": one.count, "url": f"{admin_url}{one.path}" if one.path else ""}
                    for one in troubles
                ],
            }
            for label, troubles in all_trouble()
        ]
    if not sections:
        return 0
    count = sum(len(section["rows"]) for section in sections)
    context = {"count": count, "sections": sections, "admin_url": admin_url}
    cause = f"trouble:{clock.today():%Y-%m-%d}"
    people = list(account_selectors.administrators())
    if not people:
        logger.error("the system is in trouble and there is no administrator to tell")
    return sum(_tell(person, cause, context) for person in people)


def _tell(person: User, cause: str, context: dict[str, Any]) -> bool:
    """An administrator whose address is no good does not keep the others from being told."""
    try:
        mail = notification_services.notify(
            kind=TROUBLE_DIGEST,
            cause=cause,
            recipient=Recipient(person.full_name, person.email, person.pk, _LANGUAGE),
            context=context,
        )
    except PortalError as error:
        logger.error("account %s could not be told of trouble: %s", person.pk, error.code)
        return False
    return mail is not None
