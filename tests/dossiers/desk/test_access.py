"""Who may open and do what at the desk, through HTTP: role x action with literal statuses."""

from collections.abc import Callable

import pytest
from django.test import Client

from dossiers.models import Dossier, JournalEntry
from payments.models import Charge
from tests.dossiers.desk.conftest import SignIn
from tests.factories import dossiers as make
from tests.factories.accounts import OfficerPostingFactory
from tests.factories.dossiers import Cast

ROLES = ("binh", "mai", "hoa", "dung", "khanh", "giang", "lan", "chi", "an")

# An applies and Chi is a stranger: neither is an officer (403 before anything is looked up). Lan is an officer elsewhere:
# the dossier does not exist for her. 302: done, back to the workspace.
EXPECTED: dict[str, tuple[Callable[..., Dossier], dict[str, str], tuple[int, ...]]] = {
    # action: (made as, what is sent, status for each of ROLES)
    "tiep-nhan": (make.make_filed, {}, (302, 302, 403, 403, 403, 403, 404, 403, 403)),
    "tu-choi": (make.make_filed, {"reason": "Sai thẩm quyền"}, (302, 302, 403, 403, 403, 403, 404, 403, 403)),
    "bat-dau": (make.make_received, {}, (403, 403, 302, 403, 403, 403, 404, 403, 403)),
    "yeu-cau-bo-sung": (
        make.make_processing,
        {"gui": "1", "chon-k-reason": "on", "ly-do-k-reason": "Chưa rõ"},
        (302, 302, 302, 403, 403, 403, 404, 403, 403),
    ),
    "yeu-cau-nop-phi": (make.make_processing, {}, (403, 403, 302, 403, 403, 403, 404, 403, 403)),
    "dung": (make.make_processing, {"reason": "Theo luật"}, (403, 403, 302, 302, 302, 403, 404, 403, 403)),
    "ky-ket-qua": (
        make.make_processing,
        {"outcome": "granted", "title": "Giấy xác nhận", "source": "letter", "note": "Đủ điều kiện."},
        (403, 403, 403, 302, 302, 403, 404, 403, 403),
    ),
    "tra-ket-qua": (
        make.make_resolved,
        {
            "receiver": "representative",
            "receiver_name": "Lê Văn Em",
            "authority": "Giấy ủy quyền số 12",
            "identity_paper": "id_card",
            "identity_number": "068190004312",
            "proof": "signature",
        },
        (302, 302, 403, 403, 403, 403, 404, 403, 403),
    ),
    "gui-ma": (make.make_resolved, {}, (302, 302, 403, 403, 403, 403, 404, 403, 403)),
    "gui-buu-dien": (
        make.make_resolved,
        {
            "carrier": "VNPost",
            "tracking_number": "RA1",
            "recipient_name": "Nguyễn Thị An",
            "address": "36 Trần Phú, phường Xuân Hương - Đà Lạt, tỉnh Lâm Đồng",
        },
        (302, 302, 403, 403, 403, 403, 404, 403, 403),
    ),
}


GRANTED = [
    (key, role)
    for key, (_made, _sent, statuses) in EXPECTED.items()
    for role in ROLES
    if statuses[ROLES.index(role)] == 302
]


@pytest.mark.parametrize(("key", "role"), GRANTED)
def test_each_action_is_done_by_its_roles(cast: Cast, as_: SignIn, key: str, role: str) -> None:
    made, sent, _statuses = EXPECTED[key]
    dossier = made(cast)
    answer = as_(role).post(f"/mot-cua/{dossier.code}/{key}/", {**sent, "seen_version": dossier.version})
    assert (answer.status_code, answer["Location"]) == (302, f"/mot-cua/{dossier.code}/")
    assert JournalEntry.objects.filter(dossier=dossier).count() == dossier.version + 1


@pytest.mark.parametrize("key", EXPECTED)
def test_each_action_is_refused_to_everybody_else_and_changes_nothing(cast: Cast, as_: SignIn, key: str) -> None:
    made, sent, statuses = EXPECTED[key]
    dossier = made(cast)
    refused = {role: status for role, status in zip(ROLES, statuses, strict=True) if status != 302}
    answered = {
        role: as_(role).post(f"/mot-cua/{dossier.code}/{key}/", {**sent, "seen_version": dossier.version}).status_code
        for role in refused
    }
    assert answered == refused
    after = Dossier.objects.get(pk=dossier.pk)
    assert (after.state, after.version) == (dossier.state, dossier.version)
    assert JournalEntry.objects.filter(dossier=dossier).count() == dossier.version


@pytest.mark.parametrize(
    ("role", "expected"),
    list(zip(ROLES, (302, 302, 403, 403, 403, 302, 404, 403, 403), strict=True)),
)
def test_money_is_taken_by_cashier_and_desk_officer_of_the_receiving_agency(
    cast: Cast, as_: SignIn, role: str, expected: int
) -> None:
    dossier = make.make_payment_requested(cast)
    charge = _charge_of(dossier)
    answer = as_(role).post(
        f"/mot-cua/{dossier.code}/thu-tien/",
        {"charge": str(charge.pk), "method": "cash", "received_amount": "135.000", "seen_version": dossier.version},
    )
    assert answer.status_code == expected
    charge.refresh_from_db()
    assert charge.state == ("settled" if expected == 302 else "owed")


def _charge_of(dossier: Dossier) -> Charge:
    return Charge.objects.get(subject=dossier.subject)


@pytest.mark.parametrize(
    ("role", "worklist", "workspace"),
    [
        ("binh", 200, 200),
        ("mai", 200, 200),
        ("hoa", 200, 200),
        ("dung", 200, 200),
        ("khanh", 200, 200),
        ("giang", 200, 200),
        ("lan", 200, 404),
        ("chi", 403, 403),
        ("an", 403, 403),
    ],
)
def test_pages_open_for_officers_of_the_dossiers_agencies(
    cast: Cast, as_: SignIn, role: str, worklist: int, workspace: int
) -> None:
    dossier = make.make_processing(cast)
    client = as_(role)
    assert client.get("/mot-cua/").status_code == worklist
    assert client.get(f"/mot-cua/{dossier.code}/").status_code == workspace


@pytest.mark.parametrize(
    "path", ["/mot-cua/", "/mot-cua/H36.10-260505-0001/", "/mot-cua/H36.10-260505-0001/tiep-nhan/"]
)
def test_anonymous_visitors_sign_in_first_and_come_back(cast: Cast, path: str) -> None:
    answer = Client().get(path)
    assert answer.status_code == 302
    assert answer["Location"] == f"/tai-khoan/dang-nhap/?next={path}"


def test_an_anonymous_post_changes_nothing(cast: Cast) -> None:
    dossier = make.make_filed(cast)
    answer = Client().post(f"/mot-cua/{dossier.code}/tiep-nhan/", {"seen_version": dossier.version})
    assert answer.status_code == 302
    assert Dossier.objects.get(pk=dossier.pk).state == "submitted"


def test_a_post_of_an_officer_that_has_ended_opens_nothing(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_filed(cast)
    cast.binh.postings.update(valid_from="2020-01-01", valid_to="2020-12-31")
    assert as_("binh").get(f"/mot-cua/{dossier.code}/").status_code == 403


def test_an_officer_sees_no_draft(cast: Cast, as_: SignIn) -> None:
    make.make_draft(cast)
    assert "Nguyễn Thị An" not in as_("binh").get("/mot-cua/?loc=tat-ca").content.decode()


def test_nobody_decides_their_own_dossier(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_filed(cast)
    OfficerPostingFactory.create(user=cast.an, agency=cast.receiving)
    client = as_("an")
    page = client.get(f"/mot-cua/{dossier.code}/")
    assert page.status_code == 200
    assert "Đây là hồ sơ của chính bạn" in page.content.decode()
    answer = client.post(f"/mot-cua/{dossier.code}/tiep-nhan/", {"seen_version": dossier.version})
    assert answer.status_code == 403
    assert Dossier.objects.get(pk=dossier.pk).state == "submitted"


def test_an_officer_reads_their_own_dossier_at_another_agency_as_a_citizen(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_filed(cast)
    OfficerPostingFactory.create(user=cast.an, agency=cast.elsewhere)
    assert as_("an").get(f"/mot-cua/{dossier.code}/").status_code == 404


@pytest.mark.parametrize("path", ["", "tiep-nhan/", "tep/1/", "ket-qua/1/", "giay/giay-tiep-nhan/"])
def test_an_unknown_code_is_404(cast: Cast, as_: SignIn, path: str) -> None:
    assert as_("binh").get(f"/mot-cua/H36.10-260505-9999/{path}").status_code == 404


def test_an_unknown_action_is_404(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_filed(cast)
    client = as_("binh")
    assert client.post(f"/mot-cua/{dossier.code}/xoa/", {}).status_code == 404
    # Transitions that are not the desk's have no address here.
    assert client.post(f"/mot-cua/{dossier.code}/withdraw/", {}).status_code == 404


def test_an_actions_address_opened_again_leads_to_the_workspace(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_filed(cast)
    answer = as_("binh").get(f"/mot-cua/{dossier.code}/tiep-nhan/")
    assert answer.status_code == 302
    assert answer["Location"] == f"/mot-cua/{dossier.code}/"
