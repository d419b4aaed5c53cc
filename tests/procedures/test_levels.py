"""What a level allows, as the whole table."""

import pytest

from procedures import services
from procedures.enums import LevelAction, ServiceLevel, ServiceScope
from procedures.errors import LevelDoesNotAllow

TABLE: dict[LevelAction, tuple[bool, bool, bool, bool]] = {
    LevelAction.VIEW_INFORMATION: (True, True, True, True),
    LevelAction.DOWNLOAD_FORMS: (False, True, True, True),
    LevelAction.HAND_IN_AT_DESK: (False, True, True, True),
    LevelAction.HAND_IN_BY_POST: (False, True, True, True),
    LevelAction.FILL_ONLINE: (False, False, True, True),
    LevelAction.FILE_ONLINE: (False, False, True, True),
    LevelAction.PAY_AT_DESK: (False, False, True, True),
    LevelAction.PAY_ONLINE: (False, False, False, True),
    LevelAction.COLLECT_AT_DESK: (False, False, True, True),
    LevelAction.RECEIVE_BY_POST: (False, False, False, True),
    LevelAction.RECEIVE_ONLINE: (False, False, False, True),
}
CELLS = [(level, action, TABLE[action][position]) for action in TABLE for position, level in enumerate(ServiceLevel)]


def test_the_table_covers_every_level_and_action() -> None:
    assert set(TABLE) == set(LevelAction)
    assert len(CELLS) == 44


@pytest.mark.parametrize(("level", "action", "is_allowed"), CELLS)
def test_a_level_allows_exactly_what_the_table_says(level: ServiceLevel, action: LevelAction, is_allowed: bool) -> None:
    assert services.allows(level, action) is is_allowed
    if is_allowed:
        services.require_allowed(level, action)
    else:
        with pytest.raises(LevelDoesNotAllow) as refusal:
            services.require_allowed(level, action)
        assert refusal.value.status == 403
        assert f"mức độ {int(level)}" in str(refusal.value.sentence)


def test_a_refusal_says_what_is_possible_instead() -> None:
    with pytest.raises(LevelDoesNotAllow) as refusal:
        services.require_allowed(2, "file_online")

    assert str(refusal.value.sentence) == (
        "Dịch vụ này ở mức độ 2 nên chưa cho phép nộp hồ sơ trực tuyến. "
        "Bạn tải được mẫu đơn và nộp hồ sơ tại quầy hoặc qua bưu chính."
    )


@pytest.mark.parametrize(("level", "action"), [(0, "file_online"), (5, "file_online"), (4, "teleport")])
def test_an_unknown_level_or_action_is_a_programming_error(level: int, action: str) -> None:
    with pytest.raises(ValueError):
        services.allows(level, action)


@pytest.mark.parametrize(
    ("level", "scope"),
    [(1, ServiceScope.INFORMATION), (2, ServiceScope.INFORMATION), (3, ServiceScope.PARTIAL), (4, ServiceScope.FULL)],
)
def test_both_vocabularies_agree(level: int, scope: ServiceScope) -> None:
    assert services.scope_of(level) is scope
