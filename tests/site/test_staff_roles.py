"""Staff without the right to everything: each role sees and does exactly what the table says."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from portal.accounts.enums import StaffRole
from portal.accounts.models import User
from portal.core.actors import SYSTEM
from portal.site.staff_roles import PERMISSIONS, seed_staff_roles
from procedures.enums import RevisionState
from procedures.models import ProcedureRevision
from procedures.services import copy_to_draft
from tests.factories.accounts import UserFactory
from tests.factories.procedures import ADMINISTRATOR, published_procedure
from tests.procedures.test_admin import posted

pytestmark = pytest.mark.django_db
ADMIN = "/quan-tri/"
REVISIONS = f"{ADMIN}procedures/procedurerevision/"
STEPS = ("submit", "publish", "send_back", "withdraw", "abolish", "cancel_abolition", "unpublish")


@pytest.fixture
def draft() -> ProcedureRevision:
    revision = published_procedure().current_revision
    assert revision is not None
    return copy_to_draft(actor=ADMINISTRATOR, revision=revision)


@pytest.fixture
def as_role(client: Client) -> Callable[[StaffRole], Client]:
    seed_staff_roles(actor=SYSTEM)

    def sign_in(role: StaffRole) -> Client:
        member = UserFactory.create(is_staff=True)
        member.groups.add(Group.objects.get(name=role))
        client.force_login(member, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


E, R, C, A = StaffRole.CATALOGUE_EDITOR, StaffRole.CATALOGUE_REVIEWER, StaffRole.CONTENT_EDITOR, StaffRole.AUDITOR


# What each role gets, page by page: the roles that see it; everybody else is refused.
@pytest.mark.parametrize(
    ("address", "seen_by"),
    [
        ("procedures/procedure/", {E, R, A}),
        ("procedures/procedure/add/", {E}),
        ("procedures/procedurerevision/", {E, R, A}),
        ("procedures/procedurerevision/add/", {E}),
        ("procedures/procedurerevision/{draft}/change/", {E, R, A}),
        ("procedures/procedurerevision/{draft}/delete/", {E}),
        ("procedures/procedurerevision/{draft}/to-khai/", {E, R, A}),
        ("procedures/procedurerevision/{draft}/cho-vuong/", {E, R, A}),
        ("procedures/serviceoffering/", {E, R, A}),
        ("procedures/serviceoffering/add/", {E}),
        ("procedures/policyarea/", {E, R, A}),
        ("procedures/policyarea/add/", {E}),
        ("procedures/providersystem/", {E, R, A}),
        ("procedures/valuereview/", {E, R, A}),
        ("procedures/lifeevent/add/", {E}),
        ("procedures/searchsynonym/add/", {E}),
        ("procedures/roadmapitem/", {E, R, A}),
        ("procedures/roadmapitem/add/", {E}),
        ("procedures/lowerlevelservice/", {E, R, A}),
        ("core/administrativeunit/", {E, R, A}),
        ("site/article/", {C, A}),
        ("site/article/add/", {C}),
        ("accounts/agency/", {E, R, A}),
        ("accounts/agency/add/", set()),
        ("accounts/user/", set()),
        ("accounts/citizen/", set()),
        ("accounts/officerposting/", {A}),
        ("core/calendarday/", {A}),
        ("core/calendarday/add/", set()),
        ("core/outboxdelivery/", {A}),
        ("dossiers/dossier/", {A}),
        ("dossiers/journalentry/", {A}),
        ("dossiers/escalation/", {A}),
        ("dossiers/reschedule/", {A}),
        ("payments/charge/", {A}),
        ("payments/refund/", {A}),
        ("payments/ledgerentry/", {A}),
        ("payments/paymentreceipt/", {A}),
        ("payments/providermessage/", set()),
        ("vault/paperkind/", {E, R, A}),
        ("vault/paperkind/add/", {E}),
        ("vault/digitisationduty/", {E, R, A}),
        ("vault/digitisationduty/add/", {E}),
        ("vault/digitisation/", {A}),
        ("vault/issuedpaper/", {A}),
        ("vault/papershare/", {A}),
        ("vault/paperlogentry/", {A}),
        ("documents/signingcertificate/", {E, R, A}),
        ("documents/signingcertificate/add/", {E}),
    ],
)
def test_each_role_sees_exactly_its_pages(
    as_role: Callable[[StaffRole], Client], draft: ProcedureRevision, address: str, seen_by: set[StaffRole]
) -> None:
    for role in StaffRole:
        status = as_role(role).get(ADMIN + address.format(draft=draft.pk)).status_code
        assert (status == 200) == (role in seen_by), f"{role}: {status}"
        assert status in (200, 403, 404)


# (what is posted, the roles for whom something happens)
@pytest.mark.parametrize(
    ("address", "data", "done_by"),
    [
        ("procedures/procedurerevision/{draft}/change/", posted(summary="Mới"), {E}),
        ("procedures/procedurerevision/{draft}/to-khai/viec/", {"seen": "0", "act": "remove/person//reason/"}, {E}),
        ("procedures/procedurerevision/{draft}/to-khai/phan-moi/", {"seen": "0", "label_vi": "Mới"}, {E}),
        ("procedures/procedurerevision/{draft}/delete/", {"post": "yes"}, {E}),
    ],
)
def test_each_role_changes_exactly_what_it_may(
    as_role: Callable[[StaffRole], Client],
    draft: ProcedureRevision,
    address: str,
    data: dict[str, str],
    done_by: set[StaffRole],
) -> None:
    def stands() -> object:
        return ProcedureRevision.objects.filter(pk=draft.pk).values_list("summary", "form_definition").first()

    before = stands()
    # Those who may come last: then there is something left to refuse the others.
    for role in sorted(StaffRole, key=lambda one: one in done_by):
        response = as_role(role).post(ADMIN + address.format(draft=draft.pk), data)
        if role not in done_by:
            assert response.status_code == 403
            assert stands() == before, role
    assert stands() != before


def test_an_editor_does_not_publish_and_sees_no_button(
    as_role: Callable[[StaffRole], Client], draft: ProcedureRevision
) -> None:
    editor = as_role(E)
    assertNotContains(editor.get(f"{REVISIONS}{draft.pk}/change/"), 'name="_publish"')
    draft.required_documents.all().delete()
    for part in (draft.terms, draft.fee_rules, draft.results, draft.legal_bases, draft.steps):
        part.all().delete()

    editor.post(f"{REVISIONS}{draft.pk}/change/", posted(_publish="1"))

    draft.refresh_from_db()
    assert draft.state == RevisionState.DRAFT
    assert "procedures.approve_procedurerevision" in PERMISSIONS[R]


def test_an_editor_submits_and_a_reviewer_decides(
    as_role: Callable[[StaffRole], Client], draft: ProcedureRevision
) -> None:
    address = f"{REVISIONS}{draft.pk}/cong-bo/"

    def offered(client: Client) -> set[str]:
        return {step for step in STEPS if f'name="step" value="{step}"' in client.get(address).content.decode()}

    for role, step in ((R, "submit"), (A, "submit"), (E, "publish"), (A, "publish")):
        assert as_role(role).post(address, {"step": step, "publish-accepts_warnings": "on"}).status_code == 403
    assert offered(as_role(R)) == {"publish"}
    assert offered(as_role(A)) == set()
    editor = as_role(E)
    assert offered(editor) == {"submit"}
    assert editor.post(address, {"step": "submit"}).status_code == 302
    # Theirs to take back, nobody else's but the reviewer's.
    assert offered(editor) == {"send_back"}
    assert offered(as_role(E)) == offered(as_role(A)) == set()
    assert as_role(E).post(address, {"step": "send_back", "send_back-reason": "Xem lại"}).status_code == 403
    draft.refresh_from_db()
    assert draft.state == RevisionState.IN_REVIEW

    reviewer = as_role(R)
    assert offered(reviewer) == {"publish", "send_back"}
    assert reviewer.post(address, {"step": "publish", "publish-accepts_warnings": "on"}).status_code == 302
    draft.refresh_from_db()
    assert draft.state == RevisionState.PUBLISHED
    assert offered(reviewer) == {"abolish", "unpublish"}
    assert offered(as_role(E)) == set()


@pytest.mark.parametrize("role", [R, A])
def test_who_only_reads_meets_no_button_that_fails(
    as_role: Callable[[StaffRole], Client], draft: ProcedureRevision, role: StaffRole
) -> None:
    reader = as_role(role)
    in_force = draft.procedure.current_revision
    assert in_force is not None
    for revision in (draft, in_force):
        page = reader.get(f"{REVISIONS}{revision.pk}/change/")
        for name in ("_continue", "_publish", "_copy", "summary"):
            assertNotContains(page, f'name="{name}"')
        assertNotContains(reader.get(f"{REVISIONS}{revision.pk}/to-khai/"), "Thêm trường")
    page = reader.get(f"{ADMIN}procedures/procedure/{draft.procedure_id}/change/")
    assertContains(page, "Xem bản nháp")
    assertNotContains(page, "Tạo bản nháp")


def test_the_seed_says_exactly_the_table_and_may_be_run_again() -> None:
    Group.objects.create(name=StaffRole.AUDITOR).permissions.add(
        *Group.objects.model._meta.get_field("permissions").related_model.objects.filter(codename="add_user")
    )
    for _run in range(2):
        call_command("seed_staff_roles", verbosity=0)
    for role, wanted in PERMISSIONS.items():
        held = {
            f"{one.content_type.app_label}.{one.codename}"
            for one in Group.objects.get(name=role).permissions.select_related("content_type")
        }
        assert held == wanted


def test_roles_are_given_on_the_page_of_an_account(client: Client) -> None:
    seed_staff_roles(actor=SYSTEM)
    client.force_login(
        User.objects.create_superuser("admin@example.vn", "x", full_name="Quản Trị"),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    member = UserFactory.create(is_staff=True)
    address = f"{ADMIN}accounts/user/{member.pk}/change/"
    assertContains(client.get(address), "Biên tập danh mục thủ tục")
    formsets = {f"{prefix}-{name}_FORMS": "0" for prefix in ("postings", "citizen") for name in ("TOTAL", "INITIAL")}
    client.post(
        address,
        {
            "email": member.email,
            "full_name": member.full_name,
            "is_active": "on",
            "is_staff": "on",
            "groups": [str(Group.objects.get(name=StaffRole.CATALOGUE_EDITOR).pk)],
            **formsets,
        },
    )
    assert User.objects.get(pk=member.pk).has_perm("procedures.change_procedurerevision")
