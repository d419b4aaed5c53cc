"""What a service level allows: the one table (NĐ 43/2011/NĐ-CP; the vocabulary of NĐ 42/2022/NĐ-CP, article 11).

And what an offering makes of it: an agency may receive online below level 3, give less than its level, take no paper
from a date, or leave the service to another system (docs/decisions/0016).
"""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core import clock
from procedures.enums import Channel, LevelAction, ResultWay, ServiceLevel, ServiceScope
from procedures.errors import ElectronicOnly, LevelDoesNotAllow, OfferingDoesNotAllow, ServiceElsewhere
from procedures.models import ServiceOffering

_INFORMATION = frozenset({LevelAction.VIEW_INFORMATION})
_FORMS = _INFORMATION | {LevelAction.DOWNLOAD_FORMS, LevelAction.HAND_IN_AT_DESK, LevelAction.HAND_IN_BY_POST}
_FILING = _FORMS | {
    LevelAction.FILL_ONLINE,
    LevelAction.FILE_ONLINE,
    LevelAction.PAY_AT_DESK,
    LevelAction.COLLECT_AT_DESK,
}
_WHOLE = _FILING | {LevelAction.PAY_ONLINE, LevelAction.RECEIVE_ONLINE, LevelAction.RECEIVE_BY_POST}

# Level 2 hands in on paper outside the portal: money and results of it are not the portal's business.
ALLOWED_ACTIONS: dict[ServiceLevel, frozenset[LevelAction]] = {
    ServiceLevel.L1: _INFORMATION,
    ServiceLevel.L2: _FORMS,
    ServiceLevel.L3: _FILING,
    ServiceLevel.L4: _WHOLE,
}

_INSTEAD = {
    ServiceLevel.L1: gettext_lazy(
        "Bạn xem được đầy đủ thông tin của thủ tục; hồ sơ nộp trực tiếp tại cơ quan giải quyết."
    ),
    ServiceLevel.L2: gettext_lazy("Bạn tải được mẫu đơn và nộp hồ sơ tại quầy hoặc qua bưu chính."),
    ServiceLevel.L3: gettext_lazy("Bạn nộp được hồ sơ trực tuyến; phí và kết quả ở quầy."),
    ServiceLevel.L4: gettext_lazy("Bạn làm được mọi việc trên mạng."),
}


def allows(level: int, action: LevelAction | str) -> bool:
    """Does the level allow the action? An unknown level or action is a programming error (ValueError)."""
    return LevelAction(action) in ALLOWED_ACTIONS[ServiceLevel(level)]


def require_allowed(level: int, action: LevelAction | str) -> None:
    """Raise `LevelDoesNotAllow` (403) when the level does not allow the action."""
    wanted, service_level = LevelAction(action), ServiceLevel(level)
    if wanted in ALLOWED_ACTIONS[service_level]:
        return
    raise LevelDoesNotAllow(
        _("Dịch vụ này ở mức độ %(level)s nên chưa cho phép %(action)s. %(instead)s")
        % {"level": int(service_level), "action": wanted.label, "instead": _INSTEAD[service_level]}
    )


HAND_IN_ACTIONS = {
    Channel.ONLINE: LevelAction.FILE_ONLINE,
    Channel.IN_PERSON: LevelAction.HAND_IN_AT_DESK,
    Channel.POST: LevelAction.HAND_IN_BY_POST,
}
DELIVERY_ACTIONS = {
    ResultWay.ONLINE: LevelAction.RECEIVE_ONLINE,
    ResultWay.DESK: LevelAction.COLLECT_AT_DESK,
    ResultWay.POST: LevelAction.RECEIVE_BY_POST,
}
_ON_PAPER = frozenset({LevelAction.HAND_IN_AT_DESK, LevelAction.HAND_IN_BY_POST})


def offered_actions(offering: ServiceOffering, *, on: date | None = None) -> frozenset[LevelAction]:
    """What people may do with this offering on a day (today unless said).

    Reads the row and its provider system, no queries when that was fetched along.
    """
    actions = set(ALLOWED_ACTIONS[ServiceLevel(offering.level)])
    if offering.has_online_reception:
        # Receiving online is a right of its own: the acts of level 3 without its name.
        actions |= _FILING
    if offering.delivery_ways and LevelAction.FILE_ONLINE in actions:
        if ResultWay.POST in offering.delivery_ways:
            # A level-3 service may post its results; no level forbids a stamp.
            actions.add(LevelAction.RECEIVE_BY_POST)
        actions -= {action for way, action in DELIVERY_ACTIONS.items() if way not in offering.delivery_ways}
    if offering.channels:
        actions -= {action for channel, action in HAND_IN_ACTIONS.items() if channel not in offering.channels}
    if not offering.has_online_payment:
        actions.discard(LevelAction.PAY_ONLINE)
    if offering.is_electronic_only(on or clock.today()):
        actions -= _ON_PAPER
    if offering.is_external:
        # Filed, paid and returned over there; the text, the forms and the way to the desk stay here.
        actions &= _FORMS
    if LevelAction.FILE_ONLINE not in actions:
        actions.discard(LevelAction.FILL_ONLINE)
    return frozenset(actions)


def offering_allows(offering: ServiceOffering, action: LevelAction | str, *, on: date | None = None) -> bool:
    """Does the offering allow the action on the day (today unless said)?"""
    return LevelAction(action) in offered_actions(offering, on=on)


def require_offering_allows(offering: ServiceOffering, action: LevelAction | str, *, on: date | None = None) -> None:
    """Raise the 403 that says why not: `ServiceElsewhere` with its link, `ElectronicOnly`, `LevelDoesNotAllow`,
    `OfferingDoesNotAllow`.
    """
    wanted, day = LevelAction(action), on or clock.today()
    if wanted in offered_actions(offering, on=day):
        return
    if offering.is_external and wanted not in _FORMS:
        assert offering.provider_system is not None  # is_external says so
        raise ServiceElsewhere(
            _("Thủ tục này nộp trên %(system)s, không nộp trên cổng này.") % {"system": offering.provider_system.name},
            system_name=offering.provider_system.name,
            address=offering.address_elsewhere,
        )
    if wanted in _ON_PAPER and offering.is_electronic_only(day):
        raise ElectronicOnly(
            _("Từ ngày %(day)s thủ tục này chỉ nhận hồ sơ trực tuyến, không nhận tại quầy và qua bưu chính.")
            % {"day": f"{offering.electronic_only_from:%d/%m/%Y}"}
        )
    require_allowed(offering.level, wanted)
    raise OfferingDoesNotAllow(_("Cơ quan này chưa cho phép %(action)s.") % {"action": wanted.label})


def require_channel(offering: ServiceOffering, channel: Channel | str, *, on: date | None = None) -> None:
    """Raise like `require_offering_allows` when a dossier cannot be handed in by this channel on the day."""
    require_offering_allows(offering, HAND_IN_ACTIONS[Channel(channel)], on=on)


def takes_channel(offering: ServiceOffering, channel: Channel | str) -> bool:
    """Can a dossier be handed in by this channel today?"""
    return offering_allows(offering, HAND_IN_ACTIONS[Channel(channel)])


def delivery_ways(offering: ServiceOffering) -> list[ResultWay]:
    """Ways in which the result comes back, the most convenient first."""
    actions = offered_actions(offering)
    return [way for way, action in DELIVERY_ACTIONS.items() if action in actions]


def scope_of(level: int) -> ServiceScope:
    """How the two vocabularies correspond in general (DOMAIN 2); what one offering claims is `ServiceOffering.scope`."""
    if level == ServiceLevel.L4:
        return ServiceScope.FULL
    return ServiceScope.PARTIAL if level == ServiceLevel.L3 else ServiceScope.INFORMATION


def may_preview(user: Any) -> bool:
    """May this account see what is not published yet? Whoever may read revisions in admin."""
    return bool(user.is_staff and user.has_perm("procedures.view_procedurerevision"))
