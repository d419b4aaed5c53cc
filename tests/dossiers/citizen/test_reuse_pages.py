"""A paper is used in a second procedure, as its owner sees it on the pages."""

import pytest
from django.test import Client

from dossiers.enums import DossierState
from dossiers.models import Dossier, ReuseConsent
from tests.conftest import SignIn
from tests.dossiers.citizen.conftest import source, words
from tests.dossiers.test_reuse import revoke, run_outbox
from tests.factories.dossiers import Cast, pdf_upload
from tests.factories.reuse import make_asking_draft, paper_from_a_dossier, paper_of_an, slot_of

pytestmark = pytest.mark.django_db


def page_of(draft: Dossier) -> str:
    return f"/ho-so/nhap/{draft.public_id}/giay-to/"


def use_again(client: Client, draft: Dossier, key: str, **posted: object):  # type: ignore[no-untyped-def]
    slot = slot_of(draft)
    return client.post(f"{page_of(draft)}{slot.pk}/dung-lai/", {"dung-lai": key, **posted})


def test_the_result_of_one_procedure_is_used_in_the_next_without_an_upload(cast: Cast, as_: SignIn) -> None:
    paper, an = paper_from_a_dossier(cast), as_("an")
    draft = make_asking_draft(cast)
    slot, key = slot_of(draft), f"kho-{paper.pk}"
    page = words(an.get(page_of(draft)))
    assert "Bạn không phải nộp lại: đã có giấy tờ dùng được" in page
    assert "Còn hiệu lực, không thời hạn" in page
    assert "Chọn tệp" in page
    refused = use_again(an, draft, key)
    assert refused.status_code == 422
    assert "Chưa dùng lại được giấy tờ Hãy đánh dấu rằng bạn đồng ý dùng lại giấy tờ này." in words(refused)
    tick, markup = f"dong-y-{slot.pk}-{key}", source(refused)
    assert f'<a href="#{tick}">Hãy đánh dấu rằng bạn đồng ý' in markup
    assert f'id="{tick}" name="{tick}" value="on" aria-invalid="true" aria-describedby="{tick}-loi"' in markup
    assert f'id="tep-{slot.pk}-loi"' not in markup
    taken = use_again(an, draft, key, **{f"dong-y-{slot.pk}-{key}": "on"})
    assert (taken.status_code, taken["Location"]) == (302, f"{page_of(draft)}#giay-to-{slot.pk}")
    assert ReuseConsent.objects.filter(paper=paper, person=cast.an).count() == 1
    page = words(an.get(page_of(draft)))
    assert "Dùng lại từ kho" in page
    assert "đã có giấy tờ dùng được" not in page
    filed = an.post(f"/ho-so/nhap/{draft.public_id}/kiem-tra/", {"attestation": "on"})
    assert filed.status_code == 302
    draft.refresh_from_db()
    assert draft.state == DossierState.SUBMITTED
    assert "Còn hiệu lực" in words(an.get(f"/ho-so/{draft.code}/"))
    officer = words(as_("binh").get(f"/mot-cua/{draft.code}/"))
    assert "Dùng lại từ kho" in officer
    revoke(paper)
    run_outbox()
    for client, path in ((an, f"/ho-so/{draft.code}/"), (as_("binh"), f"/mot-cua/{draft.code}/")):
        page = words(client.get(path))
        assert "Giấy tờ dùng lại trong hồ sơ này đã hết giá trị sau khi nộp." in page
        assert "Đã bị thu hồi" in page


def test_what_else_was_chosen_on_the_page_is_kept(cast: Cast, as_: SignIn) -> None:
    paper, draft = paper_of_an(cast), make_asking_draft(cast)
    slot, key = slot_of(draft), f"kho-{paper.pk}"
    use_again(as_("an"), draft, key, **{f"dong-y-{slot.pk}-{key}": "on", f"upload-{slot.pk}": pdf_upload("them.pdf")})
    names = set(slot.files.values_list("document__original_name", flat=True))
    assert names == {paper.document.original_name, "them.pdf"}


def test_a_paper_revoked_meanwhile_is_refused_with_a_sentence(cast: Cast, as_: SignIn) -> None:
    paper, draft = paper_of_an(cast), make_asking_draft(cast)
    slot, key = slot_of(draft), f"kho-{paper.pk}"
    revoke(paper)
    refused = use_again(as_("an"), draft, key, **{f"dong-y-{slot.pk}-{key}": "on"})
    assert refused.status_code == 422
    assert "Giấy tờ này không còn dùng lại được" in words(refused)
    assert slot.files.count() == 0


def test_the_check_before_filing_says_that_a_taken_paper_ended(cast: Cast, as_: SignIn) -> None:
    paper, draft = paper_of_an(cast), make_asking_draft(cast)
    slot, key, an = slot_of(draft), f"kho-{paper.pk}", as_("an")
    use_again(an, draft, key, **{f"dong-y-{slot.pk}-{key}": "on"})
    revoke(paper)
    refused = an.post(f"/ho-so/nhap/{draft.public_id}/kiem-tra/", {"attestation": "on"})
    assert refused.status_code == 422
    assert "số 12/XN đã bị thu hồi lúc" in words(refused)


def test_a_stranger_cannot_use_the_draft(cast: Cast, as_: SignIn) -> None:
    paper, draft = paper_of_an(cast), make_asking_draft(cast)
    slot, key = slot_of(draft), f"kho-{paper.pk}"
    answer = use_again(as_("chi"), draft, key, **{f"dong-y-{slot.pk}-{key}": "on"})
    assert (answer.status_code, slot.files.count()) == (404, 0)
