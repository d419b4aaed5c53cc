"""What a procedure's page says of who offers it and how: from rows that are already fetched. Pure: no queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from procedures.enums import Channel, LevelAction
from procedures.models import ServiceOffering
from procedures.policies import HAND_IN_ACTIONS, delivery_ways, offered_actions
from procedures.summaries import LevelSummary


@dataclass(frozen=True, slots=True)
class OfferingSummary:
    """One agency's offering as people read it."""

    offering: ServiceOffering
    level: LevelSummary
    actions: frozenset[LevelAction]
    # How to hand in and how the result comes back, in words; [] where the portal has no say in it.
    channels: list[str]
    ways: list[str]
    # The day the desk and the post close, and whether it has come; None where they stay open.
    electronic_only_from: date | None
    is_electronic_only: bool
    # Where an external service is filed; "" for one of this portal.
    address_elsewhere: str

    @property
    def system_name(self) -> str:
        return str(self.offering.provider_system) if self.address_elsewhere else ""

    @property
    def files_online(self) -> bool:
        return LevelAction.FILE_ONLINE in self.actions

    @property
    def receives_below_its_level(self) -> bool:
        """Online filing is there although the level does not say so: worth a word of its own."""
        return self.offering.has_online_reception and self.offering.level < 3 and self.files_online


def offering_summaries(offerings: Iterable[ServiceOffering], on: date) -> list[OfferingSummary]:
    return [_summary(offering, on) for offering in offerings]


def _summary(offering: ServiceOffering, on: date) -> OfferingSummary:
    actions = offered_actions(offering, on=on)
    is_ours = not offering.is_external
    return OfferingSummary(
        offering,
        LevelSummary.of(offering.level, offering.scope),
        actions,
        channels=[str(channel.label) for channel, action in HAND_IN_ACTIONS.items() if is_ours and action in actions],
        ways=[str(way.label) for way in delivery_ways(offering)] if is_ours else [],
        electronic_only_from=offering.electronic_only_from,
        is_electronic_only=offering.is_electronic_only(on),
        address_elsewhere=offering.address_elsewhere,
    )


def closed_channels(offerings: Sequence[ServiceOffering], on: date) -> frozenset[Channel]:
    """Channels that every agency has closed: its page does not promise a term for them. None where nobody offers it."""
    if not offerings:
        return frozenset()
    return frozenset(
        channel
        for channel in Channel
        if all(
            (offering.channels and channel not in offering.channels)
            or (channel != Channel.ONLINE and offering.is_electronic_only(on))
            for offering in offerings
        )
    )
