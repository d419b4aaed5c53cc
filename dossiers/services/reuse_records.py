"""What it means that a paper is used again: who agreed, whether it still counts, what the journals say of it."""

from collections.abc import Collection, Iterable
from typing import Any

from django.utils.translation import gettext as _

from dossiers.enums import ConsentAct
from dossiers.models import Dossier, DossierComponent, DossierFile, ReuseConsent
from portal.core import clock
from portal.core.actors import Actor
from portal.core.errors import NotPermitted
from portal.core.templatetags.portal import day, instant
from portal.vault import selectors as vault_selectors
from portal.vault import services as vault_services
from portal.vault.enums import PaperAct, Standing


def record_consent(
    *, actor: Actor, dossier: Dossier, component: DossierComponent, act: ConsentAct, **source: Any
) -> None:
    """Journal a tick, or that it was taken back. `source`: paper_id, or earlier_file_id."""
    if actor.user_id is None:
        raise NotPermitted
    ReuseConsent.objects.create(
        dossier_public_id=dossier.public_id,
        document_key=component.required_document.key,
        act=act,
        person_id=dossier.applicant_id,
        recorded_by_id=actor.user_id,
        at=clock.now(),
        **source,
    )


def record_taking_back(*, actor: Actor, dossier: Dossier, file: DossierFile) -> None:
    """A file goes out of a draft: where it was used again, the consent ends with it. Reads its component's document."""
    if not file.is_used_again:
        return
    source = {"paper_id": file.paper_id} if file.paper_id else {"earlier_file_id": file.reused_from_id}
    record_consent(actor=actor, dossier=dossier, component=file.component, act=ConsentAct.TAKEN_BACK, **source)


def obstacle_to(file: DossierFile, component: DossierComponent, *, held: Collection[int] | None = None) -> str:
    """Why a file that is used again cannot be filed as it is, "" when it can. Reads `file.paper` with its kind.

    `held`, of `reuse.still_held`: the files that would be offered again today; None where the draft was filed already and
    only what has ended since is asked for.
    """
    if not file.is_used_again or (held is not None and file.pk in held):
        return ""
    document, paper = component.required_document, file.paper
    name = {"paper": paper.title if paper is not None else file.document.original_name, "name": document.name}
    no_more = (
        _("“%(paper)s” không còn được dùng thay cho “%(name)s”. Hãy bỏ giấy tờ này rồi tải lên giấy tờ được yêu cầu.")
        % name
    )
    if not document.paper_kinds or (paper is not None and _code_of(paper) not in document.paper_kinds):
        return no_more
    if paper is None:
        if vault_selectors.hashes_that_count_no_more({file.document.sha256}, clock.today()):
            return (
                _("“%(paper)s” là giấy tờ không còn giá trị. Hãy bỏ giấy tờ này ở “%(name)s” rồi tải lên giấy tờ khác.")
                % name
            )
        return "" if held is None else no_more
    if paper.standing(clock.today()) == Standing.VALID:
        return "" if held is None else no_more
    return " ".join([ended_sentence(paper), _("Hãy bỏ giấy tờ này ở “%(name)s” rồi tải lên giấy tờ khác.") % name])


def ended_sentence(paper: Any) -> str:
    """What became of a paper that no longer counts, with the day."""
    standing = paper.standing(clock.today())
    facts = {"paper": paper.title, "number": paper.number}
    what = _("“%(paper)s” số %(number)s") % facts if paper.number else _("“%(paper)s”") % facts
    if standing == Standing.REVOKED:
        return _("%(what)s đã bị thu hồi lúc %(when)s.") % {"what": what, "when": instant(paper.ended_at)}
    if standing == Standing.REPLACED:
        return _("%(what)s đã được thay thế lúc %(when)s.") % {"what": what, "when": instant(paper.ended_at)}
    if standing == Standing.EXPIRED:
        return _("%(what)s đã hết hiệu lực sau ngày %(day)s.") % {"what": what, "day": day(paper.valid_until)}
    return _("%(what)s chưa có hiệu lực, phải đến ngày %(day)s.") % {"what": what, "day": day(paper.valid_from)}


def hold_papers(dossier: Dossier) -> None:
    """Lock the vault's papers in the draft until the transaction ends: none is revoked between the look and the filing.

    After the dossier's own lock, in the order of their keys; whoever revokes takes the paper's lock alone.
    """
    ids = DossierFile.objects.filter(component__dossier=dossier, paper__isnull=False).values_list("paper_id", flat=True)
    vault_services.hold_papers(set(ids))


def filed_again(dossier: Dossier) -> list[DossierFile]:
    """Files of the dossier that were used again, in the order of its slots."""
    return list(
        DossierFile.objects.filter(component__dossier=dossier)
        .exclude(paper__isnull=True, reused_from__isnull=True)
        .select_related("paper", "component__required_document")
        .order_by("component__position", "position", "id")
    )


def details_of(files: Iterable[DossierFile]) -> dict[str, Any]:
    """For the journal line of the filing: which document by which paper, or by which earlier file; {} for none."""
    rows = [
        {
            "document": file.component.required_document.key,
            **({"paper": file.paper_id} if file.paper_id else {"earlier_file": file.reused_from_id}),
        }
        for file in files
    ]
    return {"reused": rows} if rows else {}


def log_reuse(*, actor: Actor, dossier: Dossier, files: Iterable[DossierFile]) -> None:
    """A line in the log of every paper that was filed: its owner reads there where it went."""
    seen: set[int] = set()
    for file in files:
        if file.paper is None or file.paper.pk in seen:
            continue
        seen.add(file.paper.pk)
        vault_services.write_log(
            actor=actor,
            paper=file.paper,
            act=PaperAct.REUSED,
            details={"dossier": _name_of(dossier), "document": file.component.required_document.key},
        )


def log_use_at_desk(*, actor: Actor, dossier: Dossier, file: DossierFile) -> None:
    """A line in the paper's log when an officer puts it into a draft: a draft thrown away leaves no other trace."""
    if file.paper is not None and actor.user_id != dossier.applicant_id:
        vault_services.write_log(
            actor=actor,
            paper=file.paper,
            act=PaperAct.REUSED,
            details={"dossier": _name_of(dossier), "document": file.component.required_document.key},
        )


def note_look_at_file(*, actor: Actor, dossier: Dossier, file: DossierFile, is_download: bool) -> None:
    """A file that is a paper of the vault was given to an officer: its owner reads in its log who looked."""
    if file.paper is not None:
        vault_services.write_log(
            actor=actor,
            paper=file.paper,
            act=PaperAct.DOWNLOADED if is_download else PaperAct.OPENED,
            details={"dossier": _name_of(dossier)},
        )


def _name_of(dossier: Dossier) -> str:
    """By which its paper's log names it: the code, before the filing the public id."""
    return dossier.code or str(dossier.public_id)


def _code_of(paper: Any) -> str:
    return paper.kind.code if paper.kind is not None else ""
