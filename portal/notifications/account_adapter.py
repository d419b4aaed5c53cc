"""Sign-up and account mails of allauth through our queue, so that a dead mail server never breaks a page."""

import uuid
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from django.conf import settings
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.utils.translation import get_language

from portal.accounts.errors import SIGN_IN_SENTENCES
from portal.accounts.models import User
from portal.notifications.services import queue_worded_mail
from portal.notifications.wording import word_templates


class AccountAdapter(DefaultAccountAdapter):
    """The portal's way of doing what allauth leaves open (settings.ACCOUNT_ADAPTER)."""

    error_messages = {**DefaultAccountAdapter.error_messages, **SIGN_IN_SENTENCES}

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Render now, in the language of the page, and queue; each call is its own mail, so each has its own cause."""
        user = context.get("user")
        language = get_language() or settings.LANGUAGE_CODE
        values = {
            "request": allauth_context.request,
            "email": email,
            "current_site": {"name": settings.PORTAL_OWNER, "domain": urlsplit(settings.PUBLIC_URL).netloc},
            **context,
        }
        wording = word_templates(
            f"{template_prefix}_subject.txt",
            f"{template_prefix}_message.txt",
            _if_exists(f"{template_prefix}_message.html"),
            language,
            values,
        )
        queue_worded_mail(
            kind=template_prefix.replace("/email/", "/"),
            cause=f"account:{uuid.uuid4()}",
            recipient_email=email,
            recipient_name=user.full_name if isinstance(user, User) else "",
            user_id=user.pk if isinstance(user, User) else None,
            language=language,
            wording=wording,
            is_confidential=True,
        )


def _if_exists(template_name: str) -> str | None:
    try:
        get_template(template_name)
    except TemplateDoesNotExist:
        return None
    return template_name
