"""What surrounds every page: names of the portal, navigation, the demonstration's banner.

Everything is worked out on first use, so a fragment that shows no header costs nothing, and a page for somebody who is
not signed in costs no query.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts.enums import DESK_ROLES, OfficerRole
from portal.accounts.selectors import main_agency_name
from portal.core.actors import ANONYMOUS, Actor
from portal.notifications.selectors import MOST_COUNTED, unread_count

# Whoever takes money or keeps books; which parts of the money desk that opens, `payments` tells.
MONEY_ROLES = (OfficerRole.CASHIER, *DESK_ROLES, OfficerRole.ACCOUNTANT, OfficerRole.AGENCY_HEAD)


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of a navigation; `current` is the value of aria-current."""

    label: str
    url: str
    current: Literal["", "page", "true"] = ""


class Furniture:
    """Names and links around one request's page."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    owner = property(lambda self: settings.PORTAL_OWNER)
    authority = property(lambda self: settings.PORTAL_AUTHORITY)
    contact = property(lambda self: settings.PORTAL_CONTACT)
    hotline = property(lambda self: settings.PORTAL_HOTLINE)
    is_demo = property(lambda self: settings.IS_DEMO)

    @property
    def main_label(self) -> str:
        return _("Chính")

    @property
    def desk_label(self) -> str:
        return _("Bàn làm việc")

    @cached_property
    def _actor(self) -> Actor:
        # An error page may be rendered before the middleware that knows the actor has run.
        return getattr(self._request, "actor", ANONYMOUS)

    @property
    def _is_staff(self) -> bool:
        return bool(getattr(getattr(self._request, "user", None), "is_staff", False))

    @property
    def _is_at_money(self) -> bool:
        match = self._request.resolver_match
        return match is not None and match.app_name == "money"

    @cached_property
    def unread_notices(self) -> str:
        """How many notices of the signed-in person are unread, as shown beside the link to their inbox; "" for none."""
        user_id = getattr(getattr(self._request, "user", None), "pk", None)
        count = unread_count(user_id) if user_id is not None else 0
        return f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count or "")

    @cached_property
    def main_links(self) -> list[Link]:
        links = [
            self._link(_("Thủ tục"), "procedures:list"),
            self._link(_("Hồ sơ"), "dossiers:list" if self._actor.user_id else "dossiers:lookup"),
            self._link(_("Hướng dẫn"), "site:guides"),
        ]
        if self._actor.user_id:
            links.insert(2, self._link(_("Kho giấy tờ"), "vault:papers"))
        if self._actor.is_officer:
            links.append(self._link(_("Bàn làm việc"), "desk:worklist"))
        if self._is_staff:
            links.append(self._link(_("Quản trị"), "admin:index"))
        return links

    @cached_property
    def desk_links(self) -> list[Link]:
        links = [
            self._link(_("Hồ sơ"), "desk:worklist"),
            self._link(_("Nhắc việc"), "desk:late"),
            self._link(_("Phối hợp"), "desk:handoffs"),
            self._link(_("Tin nhắn"), "desk:conversations"),
            self._link(_("Sổ theo dõi"), "desk:register"),
            self._link(_("Giấy tờ đã cấp"), "vault_desk:find"),
            self._link(_("Hài lòng"), "desk:ratings"),
            self._link(_("Phản ánh"), "feedback_desk:list"),
            self._link(_("Vắng mặt"), "desk:absence"),
            self._link(_("Thủ tục"), "procedures:list"),
        ]
        if self._actor.agencies_as(*DESK_ROLES):
            links.insert(1, self._link(_("Tiếp nhận bản giấy"), "desk:intake"))
        if self._actor.agencies_as(*DESK_ROLES, OfficerRole.CASE_OFFICER):
            links.append(self._link(_("Số hóa"), "digitisation:overview"))
        elif self._actor.agencies_as(OfficerRole.AGENCY_HEAD):
            links.append(self._link(_("Số hóa"), "digitisation:report"))
        if self._actor.agencies_as(OfficerRole.AGENCY_HEAD, OfficerRole.DESK_HEAD):
            links.append(self._link(_("Dùng lại giấy tờ"), "desk:reuse_report"))
        if self._actor.agencies_as(*MONEY_ROLES):
            # Its pages have a navigation of their own below this one.
            link = self._link(_("Thu phí"), "money:home")
            links.append(replace(link, current="true") if self._is_at_money and not link.current else link)
        if self._is_staff:
            links.append(self._link(_("Quản trị"), "admin:index"))
        # Pages of their own lie below the worklist's address, but one place is enough to be in.
        is_elsewhere = any(link.current for link in links[1:])
        return [replace(links[0], current=""), *links[1:]] if is_elsewhere else links

    @cached_property
    def desk_owner(self) -> str:
        """The agency an officer works for, shown under the portal's name on the desk."""
        return main_agency_name(self._actor) or settings.PORTAL_OWNER

    def _link(self, label: str, name: str) -> Link:
        url = reverse(name)
        path = self._request.path
        current: Literal["", "page", "true"] = "page" if path == url else "true" if path.startswith(url) else ""
        return Link(label=label, url=url, current=current)


def furniture(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `furniture` for base.html and its parts."""
    return {"furniture": Furniture(request)}
