"""At the counter an officer uses a person's paper with their consent; heads read how often nobody had to hand one in."""

import io

import pytest
from openpyxl import load_workbook

from dossiers import services
from dossiers.models import ReuseConsent
from portal.vault.enums import PaperAct
from portal.vault.models import PaperLogEntry
from tests.conftest import SignIn
from tests.dossiers.citizen.conftest import words
from tests.factories.counter import start
from tests.factories.dossiers import ANSWERS, Cast
from tests.factories.reuse import make_asking_draft, make_asking_offering, paper_of_an, slot_of

pytestmark = pytest.mark.django_db


def test_the_desk_uses_a_paper_with_the_persons_consent(cast: Cast, as_: SignIn) -> None:
    paper = paper_of_an(cast)
    draft = start(cast, offering_id=make_asking_offering(cast).pk)
    services.save_section(actor=cast.actor("binh"), dossier_id=draft.pk, section_key="person", raw=ANSWERS)
    services.choose_delivery(actor=cast.actor("binh"), dossier_id=draft.pk, delivery="desk")
    slot, key, binh = slot_of(draft), f"kho-{paper.pk}", as_("binh")
    page = f"/mot-cua/tiep-nhan/{draft.public_id}/"
    assert "Không phải nộp lại: đã có giấy tờ dùng được" in words(binh.get(page))
    refused = binh.post(f"{page}giay-to/{slot.pk}/dung-lai/", {"dung-lai": key})
    assert refused.status_code == 422
    assert "Hãy đánh dấu rằng người nộp đồng ý dùng lại giấy tờ này." in words(refused)
    taken = binh.post(f"{page}giay-to/{slot.pk}/dung-lai/", {"dung-lai": key, f"dong-y-{slot.pk}-{key}": "on"})
    assert taken.status_code == 302
    consent = ReuseConsent.objects.get()
    assert (consent.person, consent.recorded_by) == (cast.an, cast.binh)
    services.file_at_counter(actor=cast.actor("binh"), dossier_id=draft.pk, has_attested=True, receives=True)
    report = words(as_("khanh").get("/mot-cua/dung-lai-giay-to/"))
    assert "Hồ sơ có giấy tờ dùng lại (4.3, QĐ 766)" in report
    assert "100,00 %" in report
    content = as_("khanh").get("/mot-cua/dung-lai-giay-to/?dang=xlsx").content
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:3] == ("Cơ quan", "Chỉ số", "Số dùng lại")
    assert rows[1] == ("Sở Tư pháp", "Người dân, doanh nghiệp không phải nộp lại", 1, 1, 100, 30)


def test_the_owner_reads_which_officer_used_and_opened_the_paper_in_a_draft_thrown_away(
    cast: Cast, as_: SignIn
) -> None:
    paper = paper_of_an(cast)
    draft = start(cast, offering_id=make_asking_offering(cast).pk)
    slot, key, binh = slot_of(draft), f"kho-{paper.pk}", as_("binh")
    page = f"/mot-cua/tiep-nhan/{draft.public_id}/"
    binh.post(f"{page}giay-to/{slot.pk}/dung-lai/", {"dung-lai": key, f"dong-y-{slot.pk}-{key}": "on"})
    assert binh.get(f"{page}tep/{slot.files.get().pk}/").getvalue()
    services.discard_draft(actor=cast.actor("binh"), dossier_id=draft.pk)
    lines = PaperLogEntry.objects.filter(paper=paper, actor=cast.binh).order_by("pk")
    assert [(line.act, line.details["dossier"]) for line in lines] == [
        (PaperAct.REUSED, str(draft.public_id)),
        (PaperAct.OPENED, str(draft.public_id)),
    ]
    assert f"Cán bộ {cast.binh.full_name}" in words(as_("an").get(f"/kho-giay-to/{paper.public_id}/nhat-ky/"))


def test_whoever_opens_a_paper_in_a_filed_dossier_is_in_its_log(cast: Cast, as_: SignIn) -> None:
    paper, draft = paper_of_an(cast), make_asking_draft(cast)
    slot = slot_of(draft)
    services.use_again(
        actor=cast.actor("an"),
        dossier_id=draft.pk,
        component_id=slot.pk,
        offer_key=f"kho-{paper.pk}",
        has_consented=True,
    )
    filed = services.submit(actor=cast.actor("an"), dossier_id=draft.pk, has_attested=True)
    assert as_("binh").get(f"/mot-cua/{filed.code}/tep/{slot.files.get().pk}/?tai=1").getvalue()
    line = PaperLogEntry.objects.get(paper=paper, act=PaperAct.DOWNLOADED)
    assert (line.actor, line.details) == (cast.binh, {"dossier": filed.code})


def test_what_came_by_post_is_offered_no_papers(cast: Cast) -> None:
    paper_of_an(cast)
    draft = start(cast, offering_id=make_asking_offering(cast).pk)
    slot = slot_of(draft)
    assert list(services.offers_for(draft, [slot])) == [slot.pk]
    draft.channel = "post"
    assert services.offers_for(draft, [slot]) == {}


def test_another_desk_uses_nothing_in_the_draft(cast: Cast, as_: SignIn) -> None:
    paper = paper_of_an(cast)
    draft = start(cast, offering_id=make_asking_offering(cast).pk)
    slot, key = slot_of(draft), f"kho-{paper.pk}"
    answer = as_("lan").post(
        f"/mot-cua/tiep-nhan/{draft.public_id}/giay-to/{slot.pk}/dung-lai/",
        {"dung-lai": key, f"dong-y-{slot.pk}-{key}": "on"},
    )
    assert (answer.status_code, slot.files.count()) == (404, 0)


@pytest.mark.parametrize(("name", "status"), [("an", 403), ("binh", 200), ("khanh", 200)])
def test_the_rates_are_read_by_officers(cast: Cast, as_: SignIn, name: str, status: int) -> None:
    assert as_(name).get("/mot-cua/dung-lai-giay-to/").status_code == status


def test_a_period_the_wrong_way_round_is_said_beside_the_field(cast: Cast, as_: SignIn) -> None:
    answer = as_("khanh").get("/mot-cua/dung-lai-giay-to/?first_day=02/03/2026&last_day=01/03/2026")
    assert answer.status_code == 422
    assert "Ngày cuối phải từ ngày đầu trở đi." in words(answer)
