"""Mails about many dossiers, queued as the portal queues them: each by `notify` in a transaction of its own."""

from collections.abc import Iterable

_NUMBERS_FROM = 900_000_000
"""No dossier has so high a number."""
_IN_ORDER = ("submitted", "received", "payment_requested", "supplement_requested", "resolved")


def queue_mails(places: Iterable[tuple[int, int]], *, domain: str) -> dict[str, list[str]]:
    """One mail for each (dossier, position), to an address of the dossier's own; returns Message-IDs by address as written.

    Django must be set up. The dossiers are names only: nothing reads their rows on the way out.
    """
    from dossiers import message_kinds  # noqa: F401 - late, as all of Django here; registers the kinds
    from portal.notifications.selectors import kind_of
    from portal.notifications.services import Matter, Recipient, notify

    written: dict[str, list[str]] = {}
    for dossier, position in places:
        kind = kind_of(f"dossier/{_IN_ORDER[position % len(_IN_ORDER)]}")
        assert kind is not None
        address = f"nguoi-{dossier}@{domain}"
        mail = notify(
            kind=kind.key,
            cause=f"{domain}:{dossier}:{position}",
            recipient=Recipient(f"Nguyễn Văn {dossier}", address, None, "vi"),
            context=kind.sample(),
            matter=Matter(thread=f"dossier:{_NUMBERS_FROM + dossier}", label=f"H36.14-{dossier}", position=position),
        )
        assert mail is not None
        written.setdefault(address, []).append(mail.message_id)
    return written
