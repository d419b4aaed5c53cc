"""A dossier's fee taken at the desk: into the cashier's shift, with a receipt the applicant finds on the dossier."""

from django.test import Client

from dossiers import services
from dossiers.models import Dossier
from payments import selectors as payment_selectors
from payments.models import CashShift, PaymentReceipt
from portal.core import outbox
from tests.conftest import SignIn
from tests.factories.dossiers import Cast, make_payment_requested


def drain() -> None:
    while outbox.relay_due():
        pass


def _paid_at_its_workspace(cast: Cast) -> Dossier:
    dossier = make_payment_requested(cast)
    charge = payment_selectors.charges_for(dossier.subject).get()
    services.take_counter_payment(
        actor=cast.actor("giang"),
        dossier_id=dossier.pk,
        charge_id=str(charge.pk),
        method="cash",
        received_amount=charge.amount,
    )
    return dossier


def test_money_taken_in_a_dossiers_workspace_goes_into_the_cashiers_shift(cast: Cast) -> None:
    dossier = _paid_at_its_workspace(cast)
    shift = CashShift.objects.get()
    assert (shift.cashier_id, shift.agency_id) == (cast.actor("giang").user_id, dossier.receiving_agency_id)
    charge = payment_selectors.charges_for(dossier.subject).get()
    assert payment_selectors.takings_of(shift).cash == charge.amount


def test_the_applicant_finds_the_receipt_on_the_dossiers_page(cast: Cast, as_: SignIn) -> None:
    dossier = _paid_at_its_workspace(cast)
    drain()
    receipt = PaymentReceipt.objects.get()
    charge = payment_selectors.charges_for(dossier.subject).get()
    assert (receipt.facts["dossier_code"], receipt.facts["procedure_code"]) == (
        dossier.code,
        dossier.revision.procedure.code,
    )
    page = as_("an").get(f"/ho-so/{dossier.code}/").content.decode()
    address = f"/thanh-toan/{charge.pk}/bien-lai/{receipt.pk}/"
    assert f'href="{address}"' in page
    stranger: Client = as_("chi")
    assert stranger.get(address).status_code == 404


def test_the_officers_of_the_dossier_print_its_receipt_whoevers_books_it_is_in(cast: Cast, as_: SignIn) -> None:
    dossier = _paid_at_its_workspace(cast)
    charge = payment_selectors.charges_for(dossier.subject).get()
    officer = as_("binh")
    page = officer.get(f"/mot-cua/{dossier.code}/").content.decode()
    # Before the worker came there is a way to it all the same.
    at_once = f"/mot-cua/{dossier.code}/khoan-thu/{charge.pk}/bien-lai/"
    assert f'href="{at_once}"' in page
    assert officer.get(at_once).getvalue().startswith(b"%PDF")
    receipt = PaymentReceipt.objects.get()
    address = f"/mot-cua/{dossier.code}/bien-lai/{receipt.pk}/"
    assert f'href="{address}"' in officer.get(f"/mot-cua/{dossier.code}/").content.decode()
    assert officer.get(address).getvalue().startswith(b"%PDF")
    for stranger in (as_("an"), as_("lan")):
        for way in (at_once, address):
            assert stranger.get(way).status_code in (403, 404)


def test_a_dossiers_address_opens_no_other_dossiers_receipt(cast: Cast, as_: SignIn) -> None:
    paid, other = _paid_at_its_workspace(cast), make_payment_requested(cast)
    drain()
    receipt = PaymentReceipt.objects.get()
    charge = payment_selectors.charges_for(paid.subject).get()
    officer = as_("binh")
    assert officer.get(f"/mot-cua/{other.code}/bien-lai/{receipt.pk}/").status_code == 404
    assert officer.get(f"/mot-cua/{other.code}/khoan-thu/{charge.pk}/bien-lai/").status_code == 404
    # Its own, not paid yet, has none.
    owed = payment_selectors.charges_for(other.subject).get()
    assert officer.get(f"/mot-cua/{other.code}/khoan-thu/{owed.pk}/bien-lai/").status_code == 404


def test_the_cashiers_desk_moves_the_dossier_on_as_its_workspace_does(cast: Cast, as_: SignIn) -> None:
    dossier = make_payment_requested(cast)
    charge = payment_selectors.charges_for(dossier.subject).get()
    cashier = as_("giang")
    assert str(charge.pk) in cashier.get("/mot-cua/thu-ngan/", {"ma": dossier.code}).content.decode()
    cashier.post(f"/mot-cua/thu-ngan/{charge.pk}/", {"buoc": "thu", "method": "cash"})
    drain()
    dossier.refresh_from_db()
    assert dossier.state == "processing"
