"""The four tables of codes: every documented code has one meaning and words of its own."""

import pytest

from payments.gateways import Outcome, RefundOutcome, gateway_named
from payments.gateways.vnpay_codes import (
    REFUND_OUTCOMES,
    REFUND_SENTENCES,
    REFUND_STATUS_OUTCOMES,
    REFUND_STATUS_SENTENCES,
    RESPONSE_OUTCOMES,
    RESPONSE_SENTENCES,
    STATUS_OUTCOMES,
    STATUS_SENTENCES,
    code_of,
    outcome_of,
    refund_outcome_of,
)

FAILED, SUSPECTED = Outcome.FAILED, Outcome.SUSPECTED


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("00", Outcome.PAID),
        ("07", SUSPECTED),
        ("09", FAILED),
        ("10", FAILED),
        ("11", Outcome.EXPIRED),
        ("12", FAILED),
        ("13", FAILED),
        ("24", Outcome.CANCELLED),
        ("51", FAILED),
        ("65", FAILED),
        ("75", FAILED),
        ("79", FAILED),
        ("99", FAILED),
    ],
)
def test_every_response_code_has_an_outcome(code: str, outcome: Outcome) -> None:
    assert RESPONSE_OUTCOMES[code] == outcome
    assert outcome_of(code, "00" if code == "00" else "02") == outcome


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("00", Outcome.PAID),
        ("01", Outcome.PENDING),
        ("02", FAILED),
        ("04", SUSPECTED),
        ("05", SUSPECTED),
        ("06", SUSPECTED),
        ("07", SUSPECTED),
        ("09", SUSPECTED),
    ],
)
def test_every_status_has_an_outcome(status: str, outcome: Outcome) -> None:
    assert outcome_of("00", status) == outcome


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("00", RefundOutcome.DONE),
        ("01", RefundOutcome.PENDING),
        ("02", RefundOutcome.REFUSED),
        ("04", RefundOutcome.PENDING),
        ("05", RefundOutcome.PENDING),
        ("06", RefundOutcome.PENDING),
        ("07", RefundOutcome.PENDING),
        ("09", RefundOutcome.REFUSED),
        ("", RefundOutcome.PENDING),
        ("42", RefundOutcome.PENDING),
    ],
)
def test_every_status_of_a_refund_has_an_outcome_and_an_unknown_one_is_no_last_word(
    status: str, outcome: RefundOutcome
) -> None:
    assert refund_outcome_of(status) == outcome


def test_tables_of_outcomes_and_of_sentences_name_the_same_codes() -> None:
    assert RESPONSE_OUTCOMES.keys() == RESPONSE_SENTENCES.keys()
    assert STATUS_OUTCOMES.keys() == STATUS_SENTENCES.keys()
    assert REFUND_STATUS_OUTCOMES.keys() == REFUND_STATUS_SENTENCES.keys()
    assert sorted(REFUND_OUTCOMES) == ["00", "02", "03", "91", "94", "95", "97", "99"]
    assert REFUND_OUTCOMES.keys() | {"not_found"} == REFUND_SENTENCES.keys()


def test_no_two_codes_of_a_table_read_alike() -> None:
    for table in (RESPONSE_SENTENCES, STATUS_SENTENCES, REFUND_SENTENCES, REFUND_STATUS_SENTENCES):
        assert len({str(sentence) for sentence in table.values()}) == len(table)


@pytest.mark.parametrize(
    ("response_code", "status", "code"),
    [
        ("00", "00", "00"),
        ("24", "02", "24"),
        ("00", "02", "status_02"),
        ("00", "04", "status_04"),
        ("00", "", "99"),
        ("00", "42", "99"),
        ("", "00", "99"),
        ("07", "00", "07"),
    ],
)
def test_the_code_kept_never_says_success_of_what_did_not_succeed(response_code: str, status: str, code: str) -> None:
    assert code_of(response_code, status) == code


def test_a_code_is_explained_by_the_table_it_comes_from() -> None:
    gateway = gateway_named("vnpay")
    assert gateway.explain("status_02") == STATUS_SENTENCES["02"]
    assert gateway.explain("status_42") == RESPONSE_SENTENCES["99"]
    assert gateway.explain("not_found") != RESPONSE_SENTENCES["99"]
    assert gateway.explain_refund("95") == REFUND_SENTENCES["95"]
    assert gateway.explain_refund("status_09") == REFUND_STATUS_SENTENCES["09"]
    assert gateway.explain_refund("status_42") == REFUND_SENTENCES["99"]
    assert gateway.explain_refund("42") == REFUND_SENTENCES["99"]
