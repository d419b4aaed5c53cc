"""Many drafts signed in one run: the key opened once, numbers in order, and what the page says before and after."""

from typing import Any

import pytest

from dossiers import services
from dossiers.enums import DossierState
from dossiers.models import BulkRunItem, Dossier, JournalEntry, ResultDocument
from portal.core.actors import SYSTEM
from portal.documents import services as document_services
from portal.documents.key_stores.pkcs12 import Pkcs12Store
from portal.documents.models import SigningCertificate
from tests.documents import agency_keys as own
from tests.dossiers.desk.conftest import SignIn
from tests.dossiers.worklists.test_bulk import confirmed, done, picks, states
from tests.factories import dossiers as make
from tests.factories.dossiers import Cast
from tests.factories.results import add_templates, draft_for, drafted, make_drafted


def test_a_run_says_of_each_result_whether_it_was_signed(cast: Cast, key: SigningCertificate, as_: SignIn) -> None:
    dossiers, client = drafted(cast, 3), as_("dung")
    where = done(client, "ky-ket-qua", confirmed(client, "ky-ket-qua", picks(*dossiers[:1])))
    page = client.get(where).content.decode()
    assert (page.count("Đã ký số."), page.count("Không có chữ ký số của cơ quan.")) == (1, 0)
    document_services.retire_certificate(actor=SYSTEM, certificate_id=key.pk, reason="Làm bản giấy")
    where = done(client, "ky-ket-qua", confirmed(client, "ky-ket-qua", picks(*dossiers[1:])))
    page = client.get(where).content.decode()
    assert (page.count("Đã ký số."), page.count("Không có chữ ký số của cơ quan.")) == (0, 2)


def test_many_drafts_are_signed_with_the_key_opened_once_and_numbers_in_order(
    cast: Cast, key: SigningCertificate, as_: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    offering = make.make_offering(cast, fee=None, parts=add_templates)
    dossiers = [make.make_processing(cast, offering=offering) for _n in range(3)]
    for dossier in dossiers:
        draft_for(cast, dossier)
    undrafted = make.make_processing(cast, offering=offering)
    opened, really = [], Pkcs12Store.open

    def watched(store: Pkcs12Store, reference: Any) -> Any:
        opened.append(reference.code)
        return really(store, reference)

    monkeypatch.setattr(Pkcs12Store, "open", watched)
    for dossier in dossiers:
        dossier.refresh_from_db()
    client = as_("dung")
    sent = confirmed(client, "ky-ket-qua", picks(*dossiers, undrafted))
    assert sent["chon"] == picks(*dossiers)
    page = client.get(done(client, "ky-ket-qua", sent)).content.decode()
    assert "Xong 3 hồ sơ." in page
    assert opened == [own.CODE]
    results = ResultDocument.objects.select_related("paper").filter(dossier__in=dossiers).order_by("dossier_id")
    assert [one.paper.number for one in results] == ["01/GXN-STP", "02/GXN-STP", "03/GXN-STP"]
    assert [one.document.signature_checks.get().verdict for one in results] == ["valid"] * 3


def test_the_page_that_asks_links_each_draft_and_says_which_dossier_has_none(cast: Cast, as_: SignIn) -> None:
    draft = make_drafted(cast)
    undrafted = make.make_processing(cast, fee=None)
    drafted = Dossier.objects.get(pk=draft.dossier_id)
    page = as_("dung").post(
        "/mot-cua/danh-sach/hang-loat/", {"viec": "ky-ket-qua", "chon": picks(drafted, undrafted), "tu": ""}
    )
    text = page.content.decode()
    assert f'href="/mot-cua/{drafted.code}/du-thao/{draft.pk}/"' in text
    assert f"{undrafted.code}</a> Chưa có dự thảo kết quả để ký." in text
    assert "Nội dung báo công dân: Đúng sổ gốc." in text
    # What the citizen is told and what the signer has to know stand apart, both after the papers, before the button.
    told, warned = text.split("Công dân sẽ được báo", 1)[1].split("Bạn cần biết", 1)
    assert ("không hoàn tác được" in told, "Chỉ trên trang hồ sơ" in told) == (False, False)
    assert "Việc này không hoàn tác được." in warned
    assert text.index("/du-thao/") < text.index("Bạn cần biết") < text.index('<button class="btn">Ký kết quả 1 hồ sơ')


def test_a_fee_that_nobody_asked_for_is_told_before_it_is_signed_away(cast: Cast, as_: SignIn) -> None:
    sentence = "Còn 135.000 đ chưa yêu cầu nộp; ký rồi thì phát hành không thu."
    offering = make.make_offering(cast, parts=add_templates)
    dossier = make.make_processing(cast, offering=offering)
    undrafted = make.make_processing(cast)
    draft_for(cast, dossier)
    dossier.refresh_from_db()
    client = as_("dung")

    def text_of(answer: Any) -> str:
        return str(answer.content.decode()).replace("\u00a0", " ")

    assert sentence in text_of(client.get(f"/mot-cua/{dossier.code}/du-thao/"))
    assert sentence in text_of(client.get(f"/mot-cua/{undrafted.code}/"))
    picked = {"viec": "ky-ket-qua", "chon": picks(dossier), "tu": ""}
    assert f"{dossier.code}: {sentence}" in text_of(client.post("/mot-cua/danh-sach/hang-loat/", picked))
    services.sign_draft(actor=cast.actor("dung"), dossier_id=dossier.pk, draft_id=dossier.result_drafts.get().pk)
    for page in (as_("an").get(f"/ho-so/{dossier.code}/"), client.get(f"/mot-cua/{dossier.code}/")):
        assert "Không thu: hồ sơ đã có kết quả hoặc đã kết thúc mà cơ quan không yêu cầu nộp." in text_of(page)


def test_a_draft_made_anew_after_the_list_was_read_is_not_signed(cast: Cast, as_: SignIn) -> None:
    draft = make_drafted(cast)
    dossier, client = Dossier.objects.get(pk=draft.dossier_id), as_("dung")
    sent = confirmed(client, "ky-ket-qua", picks(dossier))
    draft_for(cast, dossier, note="Nội dung khác.")
    client.get(done(client, "ky-ket-qua", sent))
    assert BulkRunItem.objects.get().outcome == "overtaken"
    assert states(dossier) == [DossierState.PROCESSING]


def test_a_number_lost_to_another_signer_is_drawn_up_anew_within_the_run(
    cast: Cast, as_: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    offering = make.make_offering(cast, fee=None, parts=add_templates)
    mine, other = (draft_for(cast, make.make_processing(cast, offering=offering)) for _n in range(2))
    client, really, lost = as_("dung"), services.draw_up, []

    def slow(*given: Any, **arguments: Any) -> Any:
        drawn = really(*given, **arguments)
        if not lost:
            lost.append(drawn.number)
            services.sign_draft(actor=cast.actor("dung"), dossier_id=other.dossier_id, draft_id=other.pk)
        return drawn

    monkeypatch.setattr(services, "draw_up", slow)
    dossier = Dossier.objects.get(pk=mine.dossier_id)
    client.get(done(client, "ky-ket-qua", confirmed(client, "ky-ket-qua", picks(dossier))))
    assert [str(number) for number in lost] == ["01/GXN-STP"]
    assert JournalEntry.objects.get(dossier=dossier, act="resolve").details["number"] == "02/GXN-STP"


def test_the_page_that_asks_says_whether_the_portal_will_sign(cast: Cast, as_: SignIn, key: SigningCertificate) -> None:
    asked = {"viec": "ky-ket-qua", "chon": picks(*drafted(cast, 2)), "tu": ""}
    page = as_("dung").post("/mot-cua/danh-sach/hang-loat/", asked).content.decode()
    assert page.count("Cổng ký số văn bản bằng chứng thư của cơ quan") == 1
    SigningCertificate.objects.filter(pk=key.pk).update(state="retired")
    page = as_("dung").post("/mot-cua/danh-sach/hang-loat/", asked).content.decode()
    assert "Cơ quan chưa có chứng thư số đang dùng trên cổng" in page
