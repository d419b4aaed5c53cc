"""The first screen: who hands in, then what. Everything is one address and posts; nothing typed is in an address."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from dossiers import selectors, services
from dossiers.counter_views.tokens import FoundPerson, name_person, read_person, require_number
from dossiers.desk_views.access import actor_of, officers_only
from dossiers.forms.counter import FindForm, GiveEmailForm, RegisterForm
from dossiers.selectors import DigitisedShare
from portal.accounts import selectors as account_selectors
from portal.accounts import services as account_services
from portal.accounts.enums import DESK_ROLES, LookUpPurpose, OfficerRole
from portal.accounts.errors import CardUnreadable
from portal.accounts.models import Agency
from portal.core import clock
from portal.core.actors import Actor
from portal.core.errors import Conflict, InvalidInput, NotPermitted
from procedures import selectors as procedure_selectors
from procedures import services as procedure_services
from procedures.enums import Channel

UNUSABLE = 422
MOST_OFFERINGS = 12
_SESSION_DESK = "counter_desk"
CHANNELS = (Channel.IN_PERSON, Channel.POST)


class Screen:
    """One request to the screen: who works at which desk, and what the page will show."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.actor: Actor = actor_of(request)
        desks = sorted(self.actor.agencies_as(*DESK_ROLES))
        if not desks:
            raise NotPermitted
        self.desks: list[Agency] = list(account_selectors.agencies_by_id(desks).values())
        self.desks.sort(key=lambda agency: agency.code)
        # Whoever sits at one desk of several says so once a session.
        wanted = request.POST.get("desk") or request.session.get(_SESSION_DESK, "")
        self.desk = next((one for one in self.desks if str(one.pk) == wanted), self.desks[0])
        if len(self.desks) > 1 and str(self.desk.pk) != request.session.get(_SESSION_DESK):
            request.session[_SESSION_DESK] = str(self.desk.pk)
        self.context: dict[str, Any] = {}
        self.status = 200

    def found(self) -> FoundPerson:
        return read_person(self.actor, self.desk.pk, self.request.POST.get("person", ""))

    def card(self) -> account_services.IdentityCard | None:
        """The card as it was scanned; sent along so that registering and confirming take its facts."""
        try:
            return account_services.read_card(self.request.POST.get("card", ""))
        except CardUnreadable:
            return None

    def _digitised(self) -> DigitisedShare | None:
        """This month's share of scanned papers, for whoever heads the desk."""
        if not self.actor.has_role(self.desk.pk, OfficerRole.DESK_HEAD):
            return None
        now = clock.now()
        since = clock.local(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        return selectors.digitised_share(agency_ids=[self.desk.pk], since=since, until=now)

    def show(self, **context: Any) -> HttpResponseBase:
        values = {
            "desk": self.desk,
            "desks": self.desks,
            "find_form": FindForm(),
            "drafts": selectors.counter_drafts(actor=self.actor, after=self.request.GET.get("sau", "")),
            "is_later_page": bool(self.request.GET.get("sau")),
            "card_text": self.request.POST.get("card", ""),
            "digitised": self._digitised(),
            **context,
        }
        return render(self.request, "desk/intake/person.html", values, status=self.status)


@officers_only
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def intake(request: HttpRequest) -> HttpResponseBase:
    """GET: the empty screen with what was begun. POST: `act` names one of the steps below."""
    screen = Screen(request)
    step = STEPS.get(request.POST.get("act", "")) if request.method == "POST" else None
    return step(screen) if step is not None else screen.show()


def _find(screen: Screen) -> HttpResponseBase:
    """Look the person up, with a line in the journal of look-ups."""
    form = FindForm(screen.request.POST)
    if form.is_valid():
        text = form.cleaned_data["who"]
        try:
            found = account_services.look_up_person(
                actor=screen.actor, agency_id=screen.desk.pk, text=text, purpose=LookUpPurpose.COUNTER_INTAKE
            )
        except InvalidInput as error:
            form.take(error)
        else:
            people = [name_person(screen.actor, one) for one in found.people]
            card_text = text if found.card is not None else ""
            if len(people) == 1 and people[0].person.is_verified:
                return _procedures(screen, people[0])
            return screen.show(
                people=people,
                number=found.number,
                card_text=card_text,
                register_form=RegisterForm(initial=_known(found.card, found.number)),
                has_looked=True,
            )
    screen.status = UNUSABLE
    return screen.show(find_form=form)


def _known(card: account_services.IdentityCard | None, number: str) -> dict[str, Any]:
    if card is None:
        return {"personal_id_number": number}
    names = ("full_name", "personal_id_number", "date_of_birth", "sex", "address")
    return {name: getattr(card, name) for name in names}


def _register(screen: Screen) -> HttpResponseBase:
    form = RegisterForm(screen.request.POST)
    if form.is_valid():
        try:
            person = account_services.register_person(actor=screen.actor, agency_id=screen.desk.pk, **form.cleaned_data)
        except InvalidInput as error:
            form.take(error)
        else:
            return _procedures(screen, name_person(screen.actor, person))
    screen.status = UNUSABLE
    return screen.show(register_form=form, has_looked=True)


def _confirm(screen: Screen) -> HttpResponseBase:
    """The officer has the card in hand and the person says that the account is theirs."""
    found, card = screen.found(), screen.card()
    number = card.personal_id_number if card is not None else screen.request.POST.get("number", "")
    citizen = found.person.citizen
    try:
        person = account_services.confirm_person(
            actor=screen.actor,
            agency_id=screen.desk.pk,
            user_id=found.person.user.pk,
            personal_id_number=number or (citizen.personal_id_number if citizen is not None else ""),
            card=card,
        )
    except InvalidInput as error:
        screen.status = UNUSABLE
        sentence = next(iter(error.fields.values()), error.sentence)
        return screen.show(
            people=[found],
            number=number,
            refusal=sentence,
            register_form=RegisterForm(initial=_known(card, number)),
            has_looked=True,
        )
    return _procedures(screen, name_person(screen.actor, person))


def _give_email(screen: Screen) -> HttpResponseBase:
    found = screen.found()
    form = GiveEmailForm(screen.request.POST)
    if form.is_valid():
        try:
            account_services.give_email(
                actor=screen.actor,
                agency_id=screen.desk.pk,
                user_id=found.person.user.pk,
                email=form.cleaned_data["email"],
            )
        except InvalidInput as error:
            form.take(error)
        else:
            messages.success(screen.request, _("Đã ghi thư điện tử. Người này mở tài khoản bằng “Quên mật khẩu”."))
            return _procedures(screen, screen.found())
    screen.status = UNUSABLE
    return _procedures(screen, found, email_form=form)


def _search(screen: Screen) -> HttpResponseBase:
    return _procedures(screen, screen.found())


def _start(screen: Screen) -> HttpResponseBase:
    """Begin the dossier; the same form sent twice begins one."""
    found, posted = screen.found(), screen.request.POST
    case = posted.get("case", "")
    try:
        draft = services.start_counter_draft(
            actor=screen.actor,
            agency_id=screen.desk.pk,
            applicant_id=found.person.user.pk,
            offering_id=require_number(posted.get("offering", "")),
            case_id=require_number(case) if case else None,
            channel=posted.get("channel", ""),
            token=_uuid(posted.get("start-token", "")),
        )
    except (InvalidInput, Conflict) as error:
        screen.status = UNUSABLE
        return _procedures(screen, found, refusal=next(iter(error.fields.values()), error.sentence))
    return redirect("desk:intake_draft", draft.public_id)


def _procedures(screen: Screen, found: FoundPerson, **context: Any) -> HttpResponseBase:
    """The person is known: which procedure, at which agency, in which case."""
    search = screen.request.POST.get("q", "").replace("\x00", "")[:120]
    desks = [screen.desk, *(one for one in screen.desks if one != screen.desk)]
    offerings, has_more = procedure_selectors.search_received([one.pk for one in desks], search, limit=MOST_OFFERINGS)
    rows = [
        {
            "offering": offering,
            # The desk at hand where it receives, else another one of this officer's.
            "desk": next(one for one in desks if procedure_selectors.receives_for(offering, one.pk)),
            "cases": list(offering.procedure.current_revision.cases.all()),  # type: ignore[union-attr]
            "channels": [one for one in CHANNELS if procedure_services.takes_channel(offering, one)],
            "token": uuid4(),
        }
        for offering in offerings
    ]
    is_own = found.person.user.pk == screen.actor.user_id
    return screen.show(
        person=found,
        search=search,
        rows=rows,
        has_more=has_more,
        is_own=is_own,
        **{"email_form": GiveEmailForm(), **context},
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


STEPS: dict[str, Callable[[Screen], HttpResponseBase]] = {
    "tim": _find,
    "dang-ky": _register,
    "xac-nhan": _confirm,
    "thu-dien-tu": _give_email,
    "thu-tuc": _search,
    "bat-dau": _start,
}
