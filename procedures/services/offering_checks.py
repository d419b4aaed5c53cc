"""Does an offering keep what it claims? Level and scope against the revision they stand on (DOMAIN 2).

"Toàn trình" is worked out, never read off the level: no step forces presence, what is to be paid can be paid online, and
the result comes online or by post without anybody having to fetch it.
"""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from procedures.enums import Channel, LevelAction, ServiceLevel, ServiceScope
from procedures.errors import Finding
from procedures.models import Procedure, ProcedureRevision, ServiceOffering
from procedures.policies import offered_actions, scope_of


def offerings_to_keep(procedure: Procedure) -> list[ServiceOffering]:
    """Periods in force and to come, with agency and provider: what the next revision has to be able to keep."""
    return list(
        ServiceOffering.objects.not_over()
        .filter(procedure=procedure)
        .select_related("agency", "provider_system")
        .order_by("agency__name", "valid_from", "pk")
    )


def levels_to_keep(offerings: Iterable[ServiceOffering]) -> list[int]:
    """Levels whose means the revision must have. Receiving online takes the means of level 3; another system's service
    takes none of ours.
    """
    return [
        max(offering.level, int(ServiceLevel.L3)) if offering.has_online_reception else offering.level
        for offering in offerings
        if not offering.is_external
    ]


def computed_scope(offering: ServiceOffering, revision: ProcedureRevision | None) -> ServiceScope:
    """The scope that the facts give. Another system's facts are not ours to know: there the level speaks."""
    if offering.is_external:
        return scope_of(offering.level)
    if LevelAction.FILE_ONLINE not in offered_actions(offering):
        return ServiceScope.INFORMATION
    if revision is None or _against_full(offering, revision):
        return ServiceScope.PARTIAL
    return ServiceScope.FULL


def claim_findings(offering: ServiceOffering, revision: ProcedureRevision) -> list[Finding]:
    """What the offering claims and the revision cannot keep; [] = nothing. Claiming less than the facts is no finding."""
    if offering.is_external:
        return []
    findings: dict[tuple[str, str], Finding] = {}
    if offering.level == ServiceLevel.L4:
        found = [*_presence(revision), *_payment(offering, revision)]
        findings |= {(str(one.place), str(one.sentence)): one for one in found}
    if offering.scope == ServiceScope.FULL:
        found = list(_against_full(offering, revision))
        if LevelAction.FILE_ONLINE not in offered_actions(offering):
            found.append(Finding(_place(offering), _("Công bố toàn trình nhưng cơ quan không nhận hồ sơ trực tuyến.")))
        findings |= {(str(one.place), str(one.sentence)): one for one in found}
    if offering.scope == ServiceScope.PARTIAL and LevelAction.FILE_ONLINE not in offered_actions(offering):
        sentence = _("Công bố một phần nhưng cơ quan không nhận hồ sơ trực tuyến.")
        findings[str(_place(offering)), sentence] = Finding(_place(offering), sentence)
    return list(findings.values())


def scope_disagreement(offering: ServiceOffering, revision: ProcedureRevision | None) -> Finding | None:
    """Claim and facts differ, in whichever direction: somebody has to open a new period. None = they agree."""
    facts = computed_scope(offering, revision)
    if facts == offering.scope:
        return None
    return Finding(
        _place(offering),
        _("Công bố “%(claim)s” nhưng dữ liệu cho thấy “%(facts)s”. Hãy đổi phạm vi từ một ngày, hoặc sửa thủ tục.")
        % {"claim": ServiceScope(offering.scope).label, "facts": facts.label},
    )


def publication_claim_findings(revision: ProcedureRevision, offerings: Iterable[ServiceOffering]) -> list[Finding]:
    """What a draft would break of the claims in force and to come, before it is published."""
    findings: dict[tuple[str, str], Finding] = {}
    for offering in offerings:
        for finding in claim_findings(offering, revision):
            findings.setdefault((str(finding.place), str(finding.sentence)), finding)
    return list(findings.values())


def _place(offering: ServiceOffering) -> str:
    return _("Dịch vụ tại cơ quan: %(agency)s") % {"agency": offering.agency.name}


def _against_full(offering: ServiceOffering, revision: ProcedureRevision) -> list[Finding]:
    found = [*_presence(revision), *_payment(offering, revision)]
    actions = offered_actions(offering)
    if not actions & {LevelAction.RECEIVE_ONLINE, LevelAction.RECEIVE_BY_POST}:
        found.append(
            Finding(_place(offering), _("Kết quả chỉ nhận được tại quầy nên dịch vụ không phải là toàn trình."))
        )
    return found


def _presence(revision: ProcedureRevision) -> Iterable[Finding]:
    # Filtered here and not in SQL, so that a list of offerings with fetched steps and fees costs nothing more.
    for step in revision.steps.all():
        if step.requires_presence:
            yield Finding(
                _("Bước thực hiện: %(step)s") % {"step": step.title},
                _("Bước này buộc người nộp đến trực tiếp (%(reason)s).") % {"reason": step.presence_text},
            )


def _payment(offering: ServiceOffering, revision: ProcedureRevision) -> Iterable[Finding]:
    if LevelAction.PAY_ONLINE in offered_actions(offering):
        return
    if any(rule.amount != 0 and rule.channel in ("", Channel.ONLINE) for rule in revision.fee_rules.all()):
        yield Finding(_place(offering), _("Có phí, lệ phí phải nộp nhưng cơ quan không thu trực tuyến."))
