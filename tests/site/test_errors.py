"""Every refusal has a page in the portal's frame, and says what to do."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory, override_settings
from django.urls import include, path
from django.views.defaults import bad_request, server_error

from portal.core.errors import Conflict, InvalidInput, NotFound, TooManyRequests

pytestmark = pytest.mark.django_db

_RAISED = {
    "conflict": Conflict("Bình đã tiếp nhận hồ sơ này."),
    "missing": NotFound(),
    "many": TooManyRequests(),
    "forbidden": PermissionDenied(),
    "invalid": InvalidInput(fields={"x": "Ghi lý do."}),
}


def _raise(request: HttpRequest, what: str) -> HttpResponse:
    raise _RAISED[what]


urlpatterns = [path("nem/<str:what>/", _raise), path("", include("portal.urls"))]


@pytest.mark.parametrize(
    ("what", "status", "sentence"),
    [
        ("conflict", 409, "Bình đã tiếp nhận hồ sơ này."),
        ("missing", 404, "Không tìm thấy trang này"),
        ("many", 429, "Hãy đợi ít phút rồi thử lại."),
        ("forbidden", 403, "Bạn không có quyền vào trang này"),
        ("invalid", 400, "Ghi lý do."),
    ],
)
def test_a_refusal_has_its_status_and_sentence(client: Client, what: str, status: int, sentence: str) -> None:
    with override_settings(ROOT_URLCONF=__name__):
        response = client.get(f"/nem/{what}/")
    assert response.status_code == status
    assert sentence in response.content.decode()
    assert 'id="noi-dung"' in response.content.decode()


def test_an_unknown_address_is_a_404_in_our_frame(client: Client) -> None:
    response = client.get("/khong-co/")
    assert response.status_code == 404
    assert "Không tìm thấy trang này" in response.content.decode()


def test_a_stale_form_is_explained(client: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/ngon-ngu/", {"language": "en"})
    assert response.status_code == 403
    assert "Trang này mở đã quá lâu" in response.content.decode()


def test_server_error_and_bad_request_pages_need_no_context() -> None:
    request = RequestFactory().get("/")
    broken = server_error(request)
    assert (broken.status_code, "Cổng đang gặp trục trặc" in broken.content.decode()) == (500, True)
    bad = bad_request(request, Exception())
    assert (bad.status_code, "Yêu cầu không hợp lệ" in bad.content.decode()) == (400, True)


def test_the_page_of_too_many_requests_stands_in_our_frame() -> None:
    assert "Bạn làm hơi nhanh" in render_to_string("429.html", request=RequestFactory().get("/"))
