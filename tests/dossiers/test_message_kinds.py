"""Sentences that hang on facts: whatever the facts, an edited wording says what the portal's own files say."""

from itertools import product
from typing import Any

import pytest
from django.utils import translation

from dossiers.enums import ResultDelivery, Waiting
from payments.enums import RefundRoute
from portal.notifications.kinds import registered_kinds
from portal.notifications.wording import word_kind

YES_NO = (True, False)
BRANCHES: dict[tuple[str, str], dict[str, tuple[Any, ...]]] = {
    ("dossier/prepayment_requested", "cach_nop"): {"pays_online": YES_NO},
    ("dossier/payment_requested", "cach_nop"): {"pays_online": YES_NO},
    ("dossier/relief_accepted", "viec_nop"): {"amount": (None, 0, 90_000), "is_before_receipt": YES_NO},
    ("dossier/relief_refused", "viec_nop"): {"amount": (None, 0, 90_000), "is_before_receipt": YES_NO},
    ("dossier/relief_refused", "cach_nop"): {"amount": (None, 0, 90_000), "pays_online": YES_NO},
    ("dossier/payment_wrong_amount", "viec_tiep_theo"): {"is_enough": YES_NO},
    ("dossier/payment_surplus", "viec_nop_thua"): {"is_double": YES_NO},
    ("dossier/payment_surplus", "cach_hoan"): {"route": tuple(RefundRoute.values)},
    ("dossier/refund_done", "cach_nhan_tien"): {"route": tuple(RefundRoute.values)},
    ("dossier/message", "cho_tra_loi"): {"asks_reply": YES_NO},
    ("dossier/transferred", "viec_chuyen"): {"moves_resolving": YES_NO, "moves_receiving": YES_NO},
    ("dossier/reminder", "dieu_dang_cho"): {
        "waiting": (Waiting.PREPAYMENT, Waiting.SUPPLEMENT, Waiting.PAYMENT, Waiting.COLLECTION),
        "is_past": YES_NO,
    },
    ("dossier/resolved", "cach_nhan_ket_qua"): {"result_delivery": tuple(ResultDelivery.values)},
}
"""Each variable that is a sentence, with the facts it hangs on. One that is not here fails the first test."""


def _sentences() -> set[tuple[str, str]]:
    """Variables whose text is more than a fact as it is: those made by `sentence`."""
    return {
        (kind.key, variable.name)
        for kind in registered_kinds()
        for variable in kind.variables
        if variable.show.__qualname__.startswith("sentence.")
    }


def test_every_sentence_of_every_kind_is_in_the_table() -> None:
    assert _sentences() == set(BRANCHES)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(("key", "name"), sorted(BRANCHES))
def test_a_sentence_says_what_the_files_say_in_every_branch(key: str, name: str, language: str) -> None:
    (kind,) = (one for one in registered_kinds() if one.key == key)
    (variable,) = (one for one in kind.variables if one.name == name)
    told = set()
    facts_of = BRANCHES[(key, name)]
    for values in product(*facts_of.values()):
        facts = {**kind.sample(), **dict(zip(facts_of, values, strict=True))}
        with translation.override(language):
            said = variable.show(facts)
        assert "%(" not in said
        assert said in word_kind(key, language, facts).text, values
        told.add(said)
    assert len(told) > 1
