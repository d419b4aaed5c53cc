"""Papers end: by officers, in two steps, and whoever relies on them hears of it."""

import re
from datetime import date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from portal.accounts.enums import AssuranceLevel, OfficerRole
from portal.accounts.models import Organisation, Representation, User
from portal.accounts.selectors import actor_for
from portal.core import clock
from portal.core.actors import SYSTEM
from portal.core.models import OutboxDelivery
from portal.core.outbox import relay_due
from portal.documents.models import StoredDocument
from portal.notifications.models import MailDelivery
from portal.notifications.services import save_wording
from portal.vault import event_handlers, notices, services
from portal.vault.enums import PaperAct, PaperState
from portal.vault.events import PaperEnded
from portal.vault.models import IssuedPaper, PaperCopy
from tests.documents.sample_files import pdf
from tests.factories.accounts import AgencyFactory, CitizenFactory, UserFactory, officer_actor
from tests.factories.digitisation import ENTRY, digitiser, scan
from tests.factories.documents import StoredDocumentFactory
from tests.factories.vault import PaperKindFactory, make_paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def paper() -> IssuedPaper:
    an = CitizenFactory(user__email="an@example.com").user
    kind = PaperKindFactory(public_keys=["loai"])
    facts = {"loai": "Cấp mới", "ho_ten": "Nguyễn Thị An"}
    labels = services.label_facts(kind, facts, {"loai": "Loại", "ho_ten": "Họ và tên"})
    return make_paper(
        owner=an, contents=services.Contents("Giấy phép", "12/GP", kind_id=kind.pk, facts=facts, labels=labels)
    )


@pytest.fixture
def dung(client: Client, paper: IssuedPaper) -> User:
    """Dung signs at the agency of the paper, and is signed in."""
    user: User = UserFactory(full_name="Phạm Thị Dung")
    officer_actor(paper.agency, OfficerRole.SIGNER, user=user)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return user


def desk(paper: IssuedPaper, part: str = "") -> str:
    return f"/mot-cua/giay-to/{paper.public_id}/{part}"


def hidden(response: HttpResponse) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', response.content.decode()))


def mails() -> list[tuple[str, str]]:
    return list(MailDelivery.objects.order_by("id").values_list("kind", "recipient_email"))


def test_consequences_are_said_before_and_nothing_happens_until_confirmed(
    client: Client, paper: IssuedPaper, dung: User
) -> None:
    services.share_paper(actor=actor_for(paper.owner), public_id=paper.public_id, hours=1)
    page = client.post(desk(paper, "thu-hoi/"), {"reason": "Cấp sai thẩm quyền"})
    body = page.content.decode()
    for told in (
        "1 lần chia sẻ đang mở sẽ kết thúc.",
        "1 người nhận thư báo",
        "không hoàn tác được",
        "Cấp sai thẩm quyền",
    ):
        assert told in body
    assert "Nguyễn Thị An" not in body
    paper.refresh_from_db()
    assert paper.state == PaperState.IN_FORCE

    answer = client.post(desk(paper, "thu-hoi/"), hidden(page) | {"buoc": "lam"})
    assert answer["Location"] == desk(paper)
    paper.refresh_from_db()
    assert (paper.state, paper.end_reason) == (PaperState.REVOKED, "Cấp sai thẩm quyền")
    # A second press of the same button finds it done.
    assert client.post(desk(paper, "thu-hoi/"), {"reason": "x", "buoc": "lam"})["Location"] == desk(paper)


def test_going_back_keeps_what_was_written(client: Client, paper: IssuedPaper, dung: User) -> None:
    page = client.post(desk(paper, "thu-hoi/"), {"reason": "Cấp sai", "buoc": "sua"})
    assert "Cấp sai</textarea>" in page.content.decode()
    assert client.post(desk(paper, "thu-hoi/"), {"reason": " "}).status_code == 422


def test_who_may_not_end_it_meets_no_button(client: Client, paper: IssuedPaper) -> None:
    officer = UserFactory(full_name="Trần Văn Bình")
    officer_actor(paper.agency, user=officer)
    client.force_login(officer, backend="django.contrib.auth.backends.ModelBackend")
    body = client.get(desk(paper)).content.decode()
    assert ("thu-hoi" in body, "Giấy phép" in body) == (False, True)
    for part in ("thu-hoi/", "thay-the/"):
        assert client.post(desk(paper, part), {"reason": "x", "buoc": "lam"}).status_code == 403
    paper.refresh_from_db()
    assert paper.state == PaperState.IN_FORCE


def test_another_agency_and_the_owner_find_no_such_paper_at_the_desk(client: Client, paper: IssuedPaper) -> None:
    elsewhere = UserFactory()
    officer_actor(AgencyFactory(), OfficerRole.SIGNER, user=elsewhere)
    client.force_login(elsewhere, backend="django.contrib.auth.backends.ModelBackend")
    for part in ("", "tep/", "thu-hoi/", "thay-the/"):
        assert client.get(desk(paper, part)).status_code == 404
    assert client.get("/mot-cua/giay-to/", {"ma": paper.code}).status_code == 422
    client.force_login(paper.owner, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(desk(paper)).status_code == 403


def test_an_officer_finds_a_paper_by_its_code(client: Client, paper: IssuedPaper, dung: User) -> None:
    assert client.get("/mot-cua/giay-to/", {"ma": paper.printed_code})["Location"] == desk(paper)


def test_an_officer_who_opens_the_file_is_in_the_owners_log(client: Client, paper: IssuedPaper, dung: User) -> None:
    file = client.get(desk(paper, "tep/"))
    assert b"".join(file.streaming_content) == b"%PDF-1.7 noi dung"  # type: ignore[attr-defined]
    line = paper.log.get(act=PaperAct.OPENED)
    assert (line.actor, line.actor_name) == (dung, "Phạm Thị Dung")


def test_the_agency_does_not_read_with_whom_the_owner_shares(client: Client, paper: IssuedPaper, dung: User) -> None:
    share, token = services.share_paper(actor=actor_for(paper.owner), public_id=paper.public_id, hours=1)
    chi = actor_for(CitizenFactory(user__full_name="Lê Chi", personal_id_number="").user)
    services.open_share(actor=chi, token=token)
    services.end_share(actor=actor_for(paper.owner), share_id=share.public_id)
    body = client.get(desk(paper)).content.decode()
    assert [told for told in ("Lê Chi", "Chia sẻ", "Thôi chia sẻ", "Mở xem") if told in body] == []
    assert "Đưa vào kho" in body


def test_the_agency_does_not_read_in_which_dossiers_it_is_used_again(
    client: Client, paper: IssuedPaper, dung: User
) -> None:
    hoa = officer_actor(AgencyFactory(), user=UserFactory(full_name="Lê Thị Hòa"))
    services.write_log(actor=hoa, paper=paper, act=PaperAct.REUSED, details={"dossier": "G01", "document": "x"})
    services.write_log(actor=hoa, paper=paper, act=PaperAct.DOWNLOADED, details={"dossier": "G01"})
    lines = client.get(desk(paper)).content.decode().split('class="history')[1].split("</ol>")[0]
    assert [told for told in ("Lê Thị Hòa", "Dùng lại", "Tải về") if told in lines] == []
    assert "Đưa vào kho" in lines


def typed(client: Client, paper: IssuedPaper, **more: Any) -> dict[str, Any]:
    """The form of a replacement as its page offers it, filled in."""
    offered = client.get(desk(paper, "thay-the/"))
    code = offered.context["form"]["code"].value()
    return {
        "code": code,
        "reason": "Ghi sai hạng",
        "title": "Giấy phép",
        "number": "13/GP",
        "issued_on": "02/06/2026",
        "valid_from": "02/06/2026",
        "valid_until": "",
        "facts-0": "Cấp đổi",
        "facts-1": "Nguyễn Thị An",
        "upload": SimpleUploadedFile("moi.pdf", pdf(2), content_type="application/pdf"),
        **more,
    }


def test_a_paper_is_replaced_in_two_steps_under_the_code_that_was_shown(
    client: Client, paper: IssuedPaper, dung: User
) -> None:
    page = client.post(desk(paper, "thay-the/"), typed(client, paper))
    fields = hidden(page)
    assert "document" in fields
    answer = client.post(desk(paper, "thay-the/"), fields | {"buoc": "lam"})
    paper.refresh_from_db()
    new = paper.replaced_by
    assert new is not None
    assert answer["Location"] == desk(new)
    assert (paper.state, paper.end_reason) == (PaperState.REPLACED, "Ghi sai hạng")
    assert (new.number, new.owner, new.holder_name, new.kind, new.signer_name) == (
        "13/GP",
        paper.owner,
        paper.holder_name,
        paper.kind,
        "Phạm Thị Dung",
    )
    # The order in which the database keeps keys is not the one they were written in.
    assert set(new.facts) == set(paper.facts)
    assert new.public_facts == [["Loại", new.facts["loai"]]]
    assert new.code in str(page.context["form"].drawn_code())
    assert new.document.page_count == 2


def test_a_replacement_without_a_file_or_with_a_made_up_code_is_refused(
    client: Client, paper: IssuedPaper, dung: User
) -> None:
    without = client.post(desk(paper, "thay-the/"), typed(client, paper, upload=""))
    assert (without.status_code, "Hãy chọn tệp PDF" in without.content.decode()) == (422, True)
    made_up = client.post(desk(paper, "thay-the/"), typed(client, paper, code="0" * 16))
    assert made_up.status_code == 422
    foreign = client.post(
        desk(paper, "thay-the/"), typed(client, paper, upload="", document=str(paper.document_id), buoc="lam")
    )
    assert foreign.status_code == 422
    assert IssuedPaper.objects.count() == 1


def test_a_new_file_that_is_infected_ends_nothing_and_one_in_the_scan_is_kept(
    client: Client, paper: IssuedPaper, dung: User, settings: Settings
) -> None:
    fields = hidden(client.post(desk(paper, "thay-the/"), typed(client, paper))) | {"buoc": "lam"}
    settings.CLAMD_HOST = "clamav"
    for state, sentence in (("scanning", "Tệp này đang chờ quét mã độc."), ("infected", "Tệp này có mã độc.")):
        StoredDocument.objects.filter(purpose="paper_replacement").update(scan_state=state)
        answer = client.post(desk(paper, "thay-the/"), fields)
        assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
        assert hidden(answer)["document"] == fields["document"]
    paper.refresh_from_db()
    assert (paper.state, IssuedPaper.objects.count()) == (PaperState.IN_FORCE, 1)


def test_the_file_is_no_optional_field_and_a_wrong_day_is_told_in_our_words(
    client: Client, paper: IssuedPaper, dung: User
) -> None:
    page = client.post(desk(paper, "thay-the/"), typed(client, paper, issued_on="2/6"))
    body = page.content.decode()
    assert page.status_code == 422
    assert body.split('for="id_upload">', 1)[1].split("</label>")[0].strip() == "Tệp giấy tờ mới"
    assert "Ghi ngày dạng ngày/tháng/năm, ví dụ 05/05/2026." in body


def test_dates_that_contradict_are_said_beside_their_field(client: Client, paper: IssuedPaper, dung: User) -> None:
    page = client.post(
        desk(paper, "thay-the/"),
        hidden(client.post(desk(paper, "thay-the/"), typed(client, paper, valid_until="01/06/2026"))) | {"buoc": "lam"},
    )
    assert page.status_code == 422
    assert "Ngày hết hiệu lực không được trước" in page.content.decode()
    assert IssuedPaper.objects.count() == 1


def test_the_file_of_an_ended_paper_or_of_the_old_one_is_no_new_paper(
    client: Client, paper: IssuedPaper, dung: User
) -> None:
    def replaced_with(pages: int, old: IssuedPaper) -> HttpResponse:
        upload = SimpleUploadedFile("moi.pdf", pdf(pages), content_type="application/pdf")
        seen = client.post(desk(old, "thay-the/"), typed(client, old, upload=upload))
        return client.post(desk(old, "thay-the/"), hidden(seen) | {"buoc": "lam"})

    replaced_with(2, paper)
    second = IssuedPaper.objects.get(state=PaperState.IN_FORCE)
    own = replaced_with(2, second)
    replaced_with(3, second)
    third = IssuedPaper.objects.get(state=PaperState.IN_FORCE)
    ended = replaced_with(2, third)
    assert (second.pk != third.pk, IssuedPaper.objects.count()) == (True, 3)
    for refused in (own, ended):
        assert refused.status_code == 422
        assert "Chính tệp này đã có trong kho" in str(refused.context["form"].errors["upload"])


def test_a_paper_from_long_before_the_portal_is_replaced_and_keeps_its_days(client: Client) -> None:
    agency = AgencyFactory()
    PaperKindFactory(code=ENTRY["kind"], name="Giấy xác nhận")
    old = services.digitise(
        actor=digitiser(agency), agency_id=agency.pk, raw={**ENTRY, "issued_on": "05/03/1998"}, upload=scan()
    )
    user = UserFactory(full_name="Phạm Thị Dung")
    officer_actor(agency, OfficerRole.SIGNER, user=user)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    offered = client.get(desk(old, "thay-the/")).context["form"]
    days = {name: str(offered[name].value().strftime("%d/%m/%Y")) for name in ("issued_on", "valid_from")}
    page = client.post(desk(old, "thay-the/"), typed(client, old, **days))
    client.post(desk(old, "thay-the/"), hidden(page) | {"buoc": "lam"})
    old.refresh_from_db()
    assert old.replaced_by is not None
    assert (old.replaced_by.issued_on, old.replaced_by.valid_from) == (date(1998, 3, 5), date(1998, 3, 5))
    too_early = client.post(desk(old.replaced_by, "thay-the/"), typed(client, old.replaced_by, issued_on="01/01/1900"))
    assert (too_early.status_code, "Năm phải từ 1945 đến 2200." in too_early.content.decode()) == (422, True)


def end(paper: IssuedPaper, reason: str = "Cấp sai thẩm quyền") -> None:
    services.revoke_paper(
        actor=officer_actor(paper.agency, OfficerRole.SIGNER), public_id=paper.public_id, reason=reason
    )


def test_the_owner_gets_one_mail_however_often_it_is_told(paper: IssuedPaper) -> None:
    end(paper)
    relay_due()
    event_handlers.mail_owner(PaperEnded(paper_id=paper.pk))
    assert mails() == [("paper/revoked", "an@example.com")]
    mail = MailDelivery.objects.get()
    assert "Cấp sai thẩm quyền" in mail.text_body
    assert f"/kho-giay-to/{paper.public_id}/" in mail.text_body
    assert paper.code not in mail.text_body + mail.html_body
    heard = OutboxDelivery.objects.filter(event__name=PaperEnded.name).values_list("handler", flat=True)
    assert set(heard) == {"vault.end_shares", "vault.mail_owner", "dossiers.paper_ended"}


def test_the_owner_of_a_replaced_paper_is_told_of_the_new_one(paper: IssuedPaper) -> None:
    make_paper(owner=paper.owner, replaces_id=paper.pk, agency=paper.agency, replace_reason="Ghi sai")
    relay_due()
    assert mails() == [("paper/replaced", "an@example.com")]


def test_every_representative_of_an_organisation_is_told() -> None:
    organisation = Organisation.objects.create(name="Công ty Sen", tax_code="0301234567")
    for number in range(2):
        Representation.objects.create(user=UserFactory(email=f"sen{number}@example.com"), organisation=organisation)
    end(make_paper(holder=services.Holder("Công ty Sen", "0301234567", organisation_id=organisation.pk)))
    relay_due()
    assert mails() == [("paper/revoked", "sen0@example.com"), ("paper/revoked", "sen1@example.com")]


@pytest.mark.parametrize(
    ("level", "told"),
    [(AssuranceLevel.SELF_DECLARED, []), (max(AssuranceLevel.values), [("paper/revoked", "an@example.com")])],
)
def test_whoever_has_the_number_is_told_only_when_it_was_verified(level: int, told: list[tuple[str, str]]) -> None:
    CitizenFactory(user__email="an@example.com", personal_id_number="068196004312", assurance_level=level)
    end(make_paper(id_number="068196004312"))
    relay_due()
    assert mails() == told


def test_nobody_is_told_of_a_paper_that_was_never_handed_over() -> None:
    an = CitizenFactory(user__email="an@example.com").user
    end(make_paper(owner=an, is_released=False))
    relay_due()
    assert mails() == []


def test_a_paper_is_released_once_and_then_it_is_in_the_vault() -> None:
    an = CitizenFactory().user
    paper = make_paper(owner=an, subject="dossier:1", is_released=False)
    assert services.release_papers(subject="dossier:1") == 1
    assert services.release_papers(subject="dossier:1") == 0
    paper.refresh_from_db()
    assert paper.released_at is not None


def test_an_officer_finds_a_paper_by_the_code_of_a_copy(client: Client, paper: IssuedPaper, dung: User) -> None:
    copy = PaperCopy.objects.create(
        code=services.draw_code(),
        paper=paper,
        document=StoredDocumentFactory(purpose="paper_copy"),
        made_at=clock.now(),
        requested_by=paper.owner,
    )
    assert client.get("/mot-cua/giay-to/", {"ma": copy.printed_code})["Location"] == desk(paper)


def test_the_agencys_own_wording_is_sent_and_shown_to_the_officer_beforehand(paper: IssuedPaper) -> None:
    save_wording(
        actor=SYSTEM,
        kind="paper/revoked",
        language="vi",
        agency_id=paper.agency_id,
        subject="Thu hồi {{ten_giay_to}}",
        body="Sở thu hồi {{ten_giay_to}} vì {{ly_do}}",
        button_label="",
        seen_version=0,
    )
    assert "Sở thu hồi Giấy phép vì Cấp sai" in notices.preview(paper, state=PaperState.REVOKED, reason="Cấp sai")

    end(paper, reason="Cấp sai")
    relay_due()
    mail = MailDelivery.objects.get(kind="paper/revoked")
    assert mail.subject == "Thu hồi Giấy phép"
    assert "Sở thu hồi Giấy phép vì Cấp sai" in mail.text_body


def test_officers_read_on_the_paper_whether_its_owner_was_reached_and_not_where(
    client: Client, paper: IssuedPaper, dung: User
) -> None:
    end(paper)
    relay_due()
    MailDelivery.objects.update(state="bounced", sent_at=clock.now(), bounced_at=clock.now(), last_error="dsn_5.1.1")
    page = client.get(desk(paper)).text
    assert "Thư gửi chủ giấy tờ" in page
    assert page.count("Địa chỉ không tồn tại hoặc viết sai.") == 1
    assert "an@example.com" not in page


@pytest.mark.parametrize("state", [PaperState.REVOKED, PaperState.REPLACED])
def test_the_mail_says_from_when_on(paper: IssuedPaper, state: PaperState) -> None:
    assert "Mất giá trị từ" not in notices.preview(paper, state=state, reason="Sai")
    paper.ended_at = datetime(2022, 3, 5, tzinfo=clock.VIETNAM)
    assert "05/03/2022" in notices.preview(paper, state=state, reason="Sai")
