"""Signing certificates in admin: registered without any key material, let in by two people, warned about in time."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from portal.accounts.models import Agency, User
from portal.core import clock
from portal.documents.models import SigningCertificate
from tests.documents import agency_keys as own
from tests.factories.accounts import AgencyFactory, UserFactory

pytestmark = pytest.mark.django_db
LIST, ADD = "/quan-tri/documents/signingcertificate/", "/quan-tri/documents/signingcertificate/add/"


def signed_in(*permissions: str, **fields: object) -> Client:
    user: User = UserFactory(is_staff=True, **fields)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def keeper() -> Client:
    return signed_in("view_signingcertificate", "add_signingcertificate", "change_signingcertificate", "view_agency")


@pytest.fixture
def approver() -> Client:
    return signed_in("view_signingcertificate", "approve_signingcertificate")


@pytest.fixture
def agency(settings: Settings, tmp_path: Path) -> Agency:
    own.lay_down(own.keys_folder(settings, tmp_path / "keys"), own.agency_identity())
    return AgencyFactory(name="Ủy ban nhân dân phường Thử")


def form(agency: Agency, **changes: object) -> dict[str, object]:
    return {"agency": agency.pk, "adapter": "pkcs12", "code": own.CODE, "location": "", "label": "Con dấu", **changes}


def press(client: Client, action: str, *certificates: SigningCertificate) -> str:
    answer = client.post(LIST, {"action": action, "_selected_action": [one.pk for one in certificates]}, follow=True)
    return str(answer.content.decode())


def test_a_certificate_is_registered_proposed_and_approved_by_another(
    agency: Agency, keeper: Client, approver: Client
) -> None:
    answer = keeper.post(ADD, form(agency), follow=True)
    assert "Đã đăng ký chứng thư." in answer.content.decode()
    made = SigningCertificate.objects.get()
    assert "ỦY BAN NHÂN DÂN PHƯỜNG THỬ" in answer.content.decode()

    assert "Đã xong 1 chứng thư." in press(keeper, "propose", made)
    assert "Đã xong 1 chứng thư." in press(approver, "approve", made)

    made.refresh_from_db()
    assert (made.state, made.proposed_by_id == made.activated_by_id) == ("active", False)


def test_nobody_approves_what_they_proposed(agency: Agency) -> None:
    both = signed_in(is_superuser=True)
    both.post(ADD, form(agency))
    made = SigningCertificate.objects.get()
    press(both, "propose", made)

    assert "Người đề nghị không tự duyệt chứng thư." in press(both, "approve", made)

    made.refresh_from_db()
    assert made.state == "proposed"


def test_without_the_right_the_act_is_not_offered(agency: Agency, keeper: Client, approver: Client) -> None:
    keeper.post(ADD, form(agency))
    made = SigningCertificate.objects.get()
    press(approver, "propose", made)
    made.refresh_from_db()
    assert made.state == "registered"
    press(keeper, "propose", made)

    press(keeper, "approve", made)

    made.refresh_from_db()
    assert made.state == "proposed"
    assert approver.get(ADD).status_code == 403


def test_an_error_stands_by_its_field_and_nothing_typed_is_lost(agency: Agency, keeper: Client) -> None:
    page = keeper.post(ADD, form(agency, code="mã sai", label="Dấu của phường")).content.decode()

    assert "Mã khoá gồm chữ in hoa không dấu, số và gạch dưới" in page
    assert "Dấu của phường" in page
    assert not SigningCertificate.objects.exists()


def test_a_key_that_does_not_open_is_told_on_the_page(agency: Agency, keeper: Client, settings: Settings) -> None:
    own.write(Path(settings.SIGNING_KEYS_DIR) / f"{own.CODE}.pass", b"sai")

    page = keeper.post(ADD, form(agency)).content.decode()

    assert "Không mở được khoá ký: sai mật khẩu" in page


def test_nothing_can_be_typed_over_or_deleted(agency: Agency, keeper: Client) -> None:
    made = own.in_use(agency, own.agency_identity())
    address = reverse("admin:documents_signingcertificate_change", args=[made.pk])

    page = keeper.get(address).content.decode()

    assert made.fingerprint in page
    assert 'name="code"' not in page
    assert keeper.post(address, form(agency)).status_code == 403
    assert keeper.post(f"{LIST}{made.pk}/delete/", {"post": "yes"}).status_code == 403


def test_what_runs_out_is_said_at_the_top_and_found_by_a_filter(agency: Agency, keeper: Client) -> None:
    soon, gone = clock.now() + timedelta(days=12, minutes=1), clock.now() - timedelta(minutes=1)
    own.in_use(agency, own.agency_identity(), label="Sắp hết", valid_until=soon)
    own.in_use(AgencyFactory(name="Sở Cũ"), own.agency_identity("CŨ"), label="Đã hết", valid_until=gone)
    own.in_use(AgencyFactory(), own.agency_identity("LÂU"), label="Còn lâu")

    page = keeper.get(LIST).content.decode()

    assert "Cần gia hạn chứng thư của: Sở Cũ (đã hết hạn); Ủy ban nhân dân phường Thử (còn 12 ngày)." in page
    filtered = keeper.get(f"{LIST}?han=1").content.decode()
    assert "Sắp hết" in filtered
    assert "Còn lâu" not in filtered


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_costs_the_same_for_one_and_for_thirty(
    keeper: Client, count: int, django_assert_num_queries: object
) -> None:
    for number in range(count):
        own.in_use(AgencyFactory(), own.agency_identity(), fingerprint=f"{number:064x}", label=f"Chứng thư {number}")
    keeper.get(LIST)

    with django_assert_num_queries(7):  # type: ignore[operator]
        assert keeper.get(LIST).status_code == 200
