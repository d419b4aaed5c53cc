"""What a service level allows: the one table (NĐ 43/2011/NĐ-CP; the vocabulary of NĐ 42/2022/NĐ-CP, article 11)."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procedures.enums import LevelAction, ServiceLevel, ServiceScope
from procedures.errors import LevelDoesNotAllow

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


def scope_of(level: int) -> ServiceScope:
    """Level 4 is "toàn trình", level 3 "một phần"; below that the portal only gives information (DOMAIN 2)."""
    if level == ServiceLevel.L4:
        return ServiceScope.FULL
    return ServiceScope.PARTIAL if level == ServiceLevel.L3 else ServiceScope.INFORMATION


def may_preview(user: Any) -> bool:
    """May this account see what is not published yet? Whoever may read revisions in admin."""
    return bool(user.is_staff and user.has_perm("procedures.view_procedurerevision"))
