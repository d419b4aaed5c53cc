"""Many dossiers given to one officer at once."""

import pytest

from dossiers.models import Dossier
from tests.dossiers.desk.conftest import SignIn
from tests.dossiers.worklists.test_bulk import confirmed, done, picks
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
