"""The small picture of a photo stands upright, and gives nothing away."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from portal.core.actors import ANONYMOUS
from portal.documents import errors, services
from portal.documents.enums import ScanState
from portal.documents.models import StoredDocument
from tests.documents import sample_files as sample

pytestmark = pytest.mark.django_db

RED, BLUE = (200, 0, 0), (0, 0, 200)


def photo(orientation: int, *, size: tuple[int, int] = (800, 400)) -> bytes:
    """As the sensor saw it: the left half red, the right half blue; `orientation` says how the phone was held."""
    picture = Image.new("RGB", size, BLUE)
    picture.paste(RED, (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Ten may"
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif, quality=95)
    return out.getvalue()


def store(content: bytes, name: str) -> StoredDocument:
    return services.store_upload(actor=ANONYMOUS, upload=SimpleUploadedFile(name, content), purpose="component")


def shown(document: StoredDocument) -> Image.Image:
    response = services.thumbnail_response(document)
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    return Image.open(io.BytesIO(response.content))


def is_red(point: tuple[int, int, int]) -> bool:
    return point[0] > 120 and point[2] < 80


@pytest.mark.parametrize(
    ("orientation", "size", "red_at"),
    [(1, (240, 120), (20, 60)), (3, (240, 120), (220, 60)), (6, (120, 240), (60, 20)), (8, (120, 240), (60, 220))],
)
def test_a_photo_stands_as_it_was_taken(orientation: int, size: tuple[int, int], red_at: tuple[int, int]) -> None:
    picture = shown(store(photo(orientation), "anh.jpg"))

    assert picture.size == size
    assert is_red(picture.getpixel(red_at))
    assert not is_red(picture.getpixel((size[0] - red_at[0], size[1] - red_at[1])))
    assert dict(picture.getexif()) == {}


def test_what_is_clear_in_a_png_becomes_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(out, "PNG")

    assert shown(store(out.getvalue(), "dau.png")).getpixel((25, 25)) == (255, 255, 255)


def test_the_file_itself_is_kept_as_it_came() -> None:
    content = photo(6)

    with services.open_document(store(content, "anh.jpg")) as stream:
        assert stream.read() == content


def test_there_is_none_of_a_pdf_and_none_of_malware() -> None:
    with pytest.raises(errors.DocumentUnavailable):
        services.thumbnail_response(store(sample.pdf(), "don.pdf"))
    document = store(photo(1), "anh.jpg")
    document.scan_state = ScanState.INFECTED
    with pytest.raises(errors.DocumentInfected):
        services.thumbnail_response(document)
