"""Files of a dossier at the desk: shown in place, never of another dossier, never before they were sent."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from dossiers import services
from dossiers.models import DossierFile, IssuedSlip
from tests.documents import sample_files
from tests.dossiers.desk.conftest import SignIn
from tests.factories import dossiers as make
from tests.factories.dossiers import Cast


def fetch(client: Client, url: str) -> tuple[HttpResponse, bytes]:
    """The answer and its bytes; read to the end, the file behind it is closed by the test client."""
    answer = client.get(url)
    body = b"".join(answer)
    return answer, body


def test_a_pdf_opens_in_a_frame_of_ours(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_filed(cast)
    file = DossierFile.objects.get(component__dossier=dossier)
    client = as_("binh")
    url = f"/mot-cua/{dossier.code}/tep/{file.pk}/"
    page = client.get(f"/mot-cua/{dossier.code}/").content.decode()
    assert f'<iframe class="viewer__frame" src="{url}" title="giay-to.pdf" loading="lazy"></iframe>' in page
    answer, body = fetch(client, url)
    assert answer.status_code == 200
    assert body == make.pdf_bytes()
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("inline")
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    assert fetch(client, f"{url}?tai=1")[0]["Content-Disposition"].startswith("attachment")


def test_size_and_fingerprint_stand_beside_the_name(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_filed(cast)
    document = DossierFile.objects.get(component__dossier=dossier).document
    page = as_("binh").get(f"/mot-cua/{dossier.code}/").content.decode()
    assert f'title="{document.sha256}">{document.sha256[:4]}…{document.sha256[-4:]}<' in page
    assert f"{document.size}\u00a0B" in page


def test_a_picture_is_a_picture(cast: Cast, as_: SignIn) -> None:
    draft = make.make_draft(cast, has_file=False)
    slot = draft.components.get(required_document__name="Giấy tờ tùy thân")
    an = cast.actor("an")
    file = services.attach_file(
        actor=an,
        dossier_id=draft.pk,
        component_id=slot.pk,
        upload=SimpleUploadedFile("anh.png", sample_files.picture("PNG"), content_type="image/png"),
    )
    dossier = services.submit(actor=an, dossier_id=draft.pk, has_attested=True)
    page = as_("binh").get(f"/mot-cua/{dossier.code}/").content.decode()
    assert f'<img class="viewer__picture" src="/mot-cua/{dossier.code}/tep/{file.pk}/"' in page
    assert 'alt="Giấy tờ tùy thân: anh.png"' in page


def test_a_file_of_another_dossier_is_not_there(cast: Cast, as_: SignIn) -> None:
    dossier, other = make.make_filed(cast), make.make_filed(cast)
    foreign = DossierFile.objects.get(component__dossier=other)
    client = as_("binh")
    assert client.get(f"/mot-cua/{dossier.code}/tep/{foreign.pk}/").status_code == 404
    assert client.get(f"/mot-cua/{dossier.code}/tep/{10**30}/").status_code == 404
    assert as_("lan").get(f"/mot-cua/{other.code}/tep/{foreign.pk}/").status_code == 404
    assert as_("an").get(f"/mot-cua/{other.code}/tep/{foreign.pk}/").status_code == 403


def test_a_supplement_is_seen_when_it_was_sent(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_supplement_requested(cast)
    an = cast.actor("an")
    slot = dossier.components.get(required_document__name="Giấy tờ tùy thân")
    file = services.attach_supplement_file(
        actor=an, dossier_id=dossier.pk, component_id=slot.pk, upload=make.pdf_upload("ban-moi.pdf")
    )
    client, url = as_("hoa"), f"/mot-cua/{dossier.code}/tep/{file.pk}/"
    assert client.get(url).status_code == 404
    assert "ban-moi.pdf" not in client.get(f"/mot-cua/{dossier.code}/").content.decode()
    services.answer_supplement(actor=an, dossier_id=dossier.pk)
    assert fetch(client, url)[0].status_code == 200
    assert "ban-moi.pdf" in client.get(f"/mot-cua/{dossier.code}/").content.decode()


def test_a_result_opens_and_another_dossiers_does_not(cast: Cast, as_: SignIn) -> None:
    dossier, other = make.make_resolved(cast), make.make_resolved(cast)
    client = as_("binh")
    assert fetch(client, f"/mot-cua/{dossier.code}/ket-qua/{dossier.results.get().pk}/")[0].status_code == 200
    assert client.get(f"/mot-cua/{dossier.code}/ket-qua/{other.results.get().pk}/").status_code == 404


def test_slips_are_printed_as_issued_once_their_occasion_has_come(cast: Cast, as_: SignIn) -> None:
    dossier = make.make_filed(cast)
    client = as_("binh")
    assert client.get(f"/mot-cua/{dossier.code}/giay/giay-tiep-nhan/").status_code == 404
    assert client.get(f"/mot-cua/{dossier.code}/giay/khac/").status_code == 404
    first, first_body = fetch(client, f"/mot-cua/{dossier.code}/giay/xac-nhan-nop/")
    assert (first.status_code, first["Content-Type"]) == (200, "application/pdf")
    services.receive(actor=cast.actor("binh"), dossier_id=dossier.pk)
    assert fetch(client, f"/mot-cua/{dossier.code}/giay/giay-tiep-nhan/")[0].status_code == 200
    assert fetch(client, f"/mot-cua/{dossier.code}/giay/xac-nhan-nop/")[1] == first_body
    assert IssuedSlip.objects.filter(dossier=dossier).count() == 2
