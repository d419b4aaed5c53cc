"""Who may open the citizen's pages: route x person with literal statuses."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dossiers.models import Dossier, DossierFile
from tests.dossiers.citizen.conftest import SignIn, finish
from tests.factories import dossiers as make
from tests.factories.dossiers import ANSWERS, Cast

# route: (method, status for An whose it is, for everybody else who is signed in); {file} and {slot} are An's.
DRAFT: dict[str, tuple[str, int, int]] = {
    "": ("get", 200, 404),
    "to-khai/person/": ("get", 200, 404),
    "to-khai/person/ ": ("post", 302, 404),
    "giay-to/": ("get", 200, 404),
    "giay-to/ ": ("post", 302, 404),
    "giay-to/{slot}/": ("post", 422, 404),
    "tep/{file}/": ("get", 200, 404),
    "tep/{file}/bo/": ("post", 302, 404),
    "nhan-ket-qua/": ("get", 200, 404),
    "nhan-ket-qua/ ": ("post", 422, 404),
    "kiem-tra/": ("get", 200, 404),
    "kiem-tra/ ": ("post", 422, 404),
    "xoa/": ("get", 200, 404),
    "xoa/ ": ("post", 302, 404),
}
FILED: dict[str, tuple[str, int, int]] = {
    "": ("get", 200, 404),
    "tep/{file}/": ("get", 200, 404),
    "giay-tiep-nhan/xac-nhan/": ("get", 200, 404),
    "giay-tiep-nhan/hen-tra/": ("get", 200, 404),
    "ket-qua/1/": ("get", 404, 404),
    "rut/": ("get", 200, 404),
    "rut/ ": ("post", 302, 404),
    "bo-sung/": ("get", 200, 404),
    "bo-sung/ ": ("post", 422, 404),
    "bo-sung/{slot}/": ("post", 422, 404),
    "bo-sung/tep/{file}/bo/": ("post", 404, 404),
}
# Officers read and act at the desk; the citizen's own pages are not theirs.
OTHERS = ("chi", "binh", "hoa", "dung", "khanh", "giang", "lan")


def ask(client: Client, base: str, route: str, method: str) -> Any:
    file = DossierFile.objects.get()
    path = base + route.strip().format(file=file.pk, slot=file.component_id)
    data = ANSWERS if method == "post" and "to-khai" in route else None
    answer = getattr(client, method)(path, data)
    finish(answer)
    return answer


@pytest.mark.parametrize("route", DRAFT)
def test_a_draft_is_its_writers_alone(cast: Cast, as_: SignIn, route: str) -> None:
    method, own, foreign = DRAFT[route]
    draft = make.make_draft(cast)
    base = f"/ho-so/nhap/{draft.public_id}/"
    for name in OTHERS:
        assert ask(as_(name), base, route, method).status_code == foreign
    anonymous = ask(Client(), base, route, method)
    assert anonymous.status_code == 302
    assert anonymous["Location"].startswith(f"{reverse('account_login')}?next=/ho-so/nhap/")
    draft.refresh_from_db()
    assert (draft.state, draft.answers["full_name"], DossierFile.objects.count()) == ("draft", "Nguyễn Thị An", 1)
    assert ask(as_("an"), base, route, method).status_code == own


@pytest.mark.parametrize("route", FILED)
def test_a_filed_dossier_is_its_applicants_alone(cast: Cast, as_: SignIn, route: str) -> None:
    method, own, foreign = FILED[route]
    dossier = make.make_supplement_requested(cast)
    base = f"/ho-so/{dossier.code}/"
    for name in OTHERS:
        assert ask(as_(name), base, route, method).status_code == foreign
    anonymous = ask(Client(), base, route, method)
    assert anonymous.status_code == 302
    assert anonymous["Location"].startswith(f"{reverse('account_login')}?next=/ho-so/")
    assert Dossier.objects.get(pk=dossier.pk).version == dossier.version
    assert ask(as_("an"), base, route, method).status_code == own


@pytest.mark.parametrize("path", ["/ho-so/", "/ho-so/nop/1.000001/"])
def test_doors_ask_for_a_sign_in_first(db: None, path: str) -> None:
    answer = Client().get(path)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{reverse('account_login')}?next={path}")


@pytest.mark.parametrize(
    ("path", "method"),
    [("giay-to/1/", "get"), ("tep/1/bo/", "get"), ("tep/1/", "post"), ("", "post"), ("kiem-tra/", "delete")],
)
def test_methods_that_make_no_sense_are_refused(cast: Cast, as_: SignIn, path: str, method: str) -> None:
    draft = make.make_draft(cast)
    assert getattr(as_("an"), method)(f"/ho-so/nhap/{draft.public_id}/{path}").status_code == 405


def test_a_post_without_the_token_of_the_page_is_refused(cast: Cast) -> None:
    draft = make.make_draft(cast)
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.an, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post(f"/ho-so/nhap/{draft.public_id}/kiem-tra/", {"attestation": "on"}).status_code == 403
    draft.refresh_from_db()
    assert draft.state == "draft"
