"""Many dossiers given to one officer at once."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dossiers import services
from dossiers.enums import BulkOutcome
from dossiers.models import BulkRun, Dossier
from portal.accounts.models import OfficerPosting
from tests.dossiers.desk.conftest import SignIn, queries_but_the_sessions
from tests.dossiers.worklists.test_bulk import CONFIRM, confirmed, done, picks
from tests.factories import dossiers as make
from tests.factories.accounts import OfficerPostingFactory, UserFactory
from tests.factories.dossiers import Cast

pytestmark = pytest.mark.django_db


def test_the_head_gives_received_dossiers_to_an_officer_who_can_do_their_step(cast: Cast, as_: SignIn) -> None:
    colleague = UserFactory.create(full_name="Trịnh Văn Tư")
    OfficerPostingFactory.create(user=colleague, agency=cast.resolving, role="case_officer")
    first, second = make.make_received(cast), make.make_received(cast)
    client = as_("khanh")
    page = client.post(
        "/mot-cua/danh-sach/hang-loat/", {"viec": "phan-cong", "chon": picks(first, second), "tu": "loc=tat-ca"}
    ).content.decode()
    assert "Trịnh Văn Tư" in page
    assert "Lê Thị Hòa" in page
    # A signer cannot do this step, so they are not offered.
    assert "Phạm Thị Dung</option>" not in page

    sent = confirmed(client, "phan-cong", picks(first, second)) | {"officer": str(colleague.pk), "note": "Gấp"}
    result = client.get(done(client, "phan-cong", sent)).content.decode()

    assert "Xong 2 hồ sơ." in result
    for one in (first, second):
        assert Dossier.objects.get(pk=one.pk).assignee == colleague
        line = one.journal.get(act="assign")
        assert (line.internal_note, line.public_note) == ("Gấp", "")


def test_nobody_is_given_what_they_cannot_do(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_received(cast)
    client = as_("khanh")
    sent = confirmed(client, "phan-cong", picks(dossier)) | {"officer": str(cast.binh.pk)}
    answer = client.post("/mot-cua/danh-sach/hang-loat/phan-cong/lam/", sent)
    assert answer.status_code == 422
    assert "Người này không làm được bước này" in answer.content.decode()
    assert Dossier.objects.get(pk=dossier.pk).assignee is None


def _refused_run(cast: Cast, count: int) -> BulkRun:
    """A run of Khánh's in which nothing could be done."""
    offering = make.make_offering(cast, fee=None)
    dossiers = [make.make_received(cast, offering=offering) for _number in range(count)]
    run, _is_new = services.begin_bulk_run(
        actor=cast.actor("khanh"),
        token=uuid4(),
        action="phan-cong",
        chosen=[services.Chosen(dossier.pk, dossier.version) for dossier in dossiers],
    )
    run.items.update(outcome=BulkOutcome.REFUSED, error_code="x", sentence="Không được")
    return run


@pytest.mark.parametrize("count", [1, 3])
def test_the_result_costs_the_same_with_one_refused_and_with_three(cast: Cast, as_: SignIn, count: int) -> None:
    run, client = _refused_run(cast, count), as_("khanh")
    client.get("/mot-cua/")
    with CaptureQueriesContext(connection) as captured:
        page = client.get(f"{CONFIRM}{run.pk}/").content.decode()
    assert page.count('name="chon"') == count
    # Account, postings, agency under the portal's name, run, items, their dossiers.
    assert queries_but_the_sessions(captured) == 6


def test_who_works_elsewhere_now_reads_how_many_and_no_code(cast: Cast, as_: SignIn) -> None:
    run = _refused_run(cast, 1)
    code = str(Dossier.objects.get().code)
    assert code in as_("khanh").get(f"{CONFIRM}{run.pk}/").content.decode()
    OfficerPosting.objects.filter(user=cast.khanh).update(agency=cast.elsewhere)
    page = as_("khanh").get(f"{CONFIRM}{run.pk}/").content.decode()
    assert "Không làm được 1 hồ sơ" in page
    assert "Hồ sơ không còn thuộc nơi bạn làm việc." in page
    assert code not in page
    assert 'name="chon"' not in page
