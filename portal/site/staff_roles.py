"""What each staff role may do in admin: the one table. Seeded by `manage.py seed_staff_roles`, given on an account's page.

Editing and publishing are two roles: whoever writes a revision does not put it in force alone (unless given both).
Nobody but a superuser reaches accounts, citizens' profiles or what was declared.
"""

from portal.accounts.enums import StaffRole
from portal.accounts.services import define_staff_role
from portal.core.actors import Actor

# Parts of a revision: edited with it.
_PARTS = (
    *("procedurecase", "formtemplate", "requireddocument", "channelterm", "feerule", "resultkind", "legalbasis"),
    *("processingstep", "internalstep", "plannedhandoff"),
)
# How people find procedures, and what is planned for them.
_FINDING = ("lifeevent", "lifeeventprocedure", "popularsearch", "searchsynonym")
_PLANS = ("lowerlevelservice", "roadmapitem", "roadmaptask")
_CATALOGUE = (
    "policyarea",
    "procedure",
    "procedurerevision",
    "procedurealias",
    "procedurereplacement",
    "serviceoffering",
    "providersystem",
    "reviewflag",
    "valuereview",
    "publicationentry",
    "reliefcategory",
    *_PARTS,
    *_FINDING,
    *_PLANS,
)
_CONTENT = ("article",)
# Which papers there are and what became of them; what they say is not shown in admin.
_VAULT = (
    *("paperkind", "issuedpaper", "paperlogentry", "papershare", "papercopy"),
    *("digitisationduty", "digitisationrun", "digitisation"),
)
# What happened to dossiers; what was declared is not among it.
_DOSSIERS = (
    *("dossier", "journalentry", "clockpause", "supplementrequest", "supplementproposal", "issuedslip"),
    *("exportjob", "exportdownload", "bulkrun", "bulkrunitem"),
    *("handoff", "handofffile", "handoffobligation"),
    *("agencytransfer", "escalation", "reschedule", "holding"),
    *("feequantity", "reliefclaim", "reuseconsent"),
    *("message", "satisfactionrating"),
)


def _may(app: str, actions: str, *models: str) -> frozenset[str]:
    return frozenset(f"{app}.{action}_{model}" for action in actions.split() for model in models)


_READ_CATALOGUE = (
    _may("procedures", "view", *_CATALOGUE)
    | _may("accounts", "view", "agency")
    | _may("core", "view", "administrativeunit")
    | _may("vault", "view", "paperkind", "digitisationduty")
    | _may("documents", "view", "signingcertificate", "signingcertificateentry")
)

PERMISSIONS: dict[StaffRole, frozenset[str]] = {
    StaffRole.CATALOGUE_EDITOR: _READ_CATALOGUE
    | _may("procedures", "add change delete", *_PARTS, *_FINDING, *_PLANS, "procedurealias", "procedurereplacement")
    | _may(
        "procedures",
        "add change",
        *("policyarea", "procedure", "procedurerevision", "serviceoffering", "providersystem", "reliefcategory"),
    )
    # Which results are papers that count elsewhere, and from when old ones must be digitised, is the catalogue's matter.
    | _may("vault", "add change delete", "paperkind")
    | _may("vault", "add change", "digitisationduty")
    # Only drafts can be deleted at all.
    | _may("procedures", "delete", "procedurerevision")
    | _may("procedures", "change", "reviewflag")
    # With which certificate an agency signs takes two people as well: one registers, proposes and stops, one lets in.
    | _may("documents", "add change", "signingcertificate"),
    StaffRole.CATALOGUE_REVIEWER: _READ_CATALOGUE
    | _may("procedures", "change", "reviewflag")
    | _may("procedures", "approve", "procedurerevision")
    | _may("documents", "approve", "signingcertificate"),
    StaffRole.CONTENT_EDITOR: _may("site", "view add change delete", *_CONTENT)
    | _may("notifications", "view change", "mailwording"),
    StaffRole.AUDITOR: _READ_CATALOGUE
    | _may("site", "view", *_CONTENT)
    | _may("accounts", "view", "agency", "agencysuccession", "desk", "officerposting", "agencyhours")
    | _may("accounts", "view", "calendarchange", "calendarrecount", "personlookup", "division", "delegation")
    | _may("core", "view", "calendarday", "outboxevent", "outboxdelivery", "referencecounter")
    | _may("dossiers", "view", *_DOSSIERS)
    # Neither what providers sent nor bank statements: those are for whoever keeps the books.
    | _may("payments", "view", "charge", "paymentattempt", "ledgerentry", "refund")
    | _may("payments", "view", "receiptbook", "paymentreceipt", "cashshift")
    | _may("notifications", "view", "mailwording")
    | _may("feedback", "view", "feedback", "feedbackentry")
    | _may("vault", "view", *_VAULT),
}


def seed_staff_roles(*, actor: Actor) -> int:
    """Make every role's group hold exactly what the table says. Returns the number of roles."""
    for role, permissions in PERMISSIONS.items():
        define_staff_role(actor=actor, role=role, permissions=permissions)
    return len(PERMISSIONS)
