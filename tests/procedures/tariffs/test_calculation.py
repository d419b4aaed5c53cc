"""Worked examples to the đồng, and what must hold for every rule and quantity."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.tariffs import TariffFault, calculate, faults_of, read_tariff, working_text

DAY = date(2026, 5, 4)
COPIES = {"amount": 2_000, "unit": "trang", "steps": [{"from": 3, "amount": 1_000}], "maximum_amount": 200_000}
FIXED = {"amount": 100_000}
ONLINE_HALF = {"percent": 50, "channel": "online", "basis": "Thông tư 63/2023/TT-BTC"}
POOR = {"category": "ho-ngheo", "percent": 100}
CHILD = {"category": "tre-em", "percent": 50}


def pay(rule: dict[str, Any], quantity: int = 1, channel: str = "in_person", on: date = DAY, category: str = "") -> int:
    return calculate(read_tariff(**rule), channel=channel, on=on, quantity=quantity, category=category).amount


# rule, quantity, channel, day, category, đồng
EXAMPLES: list[tuple[dict[str, Any], int, str, date, str, int]] = [
    (FIXED, 1, "in_person", DAY, "", 100_000),
    ({"amount": 0}, 1, "online", DAY, "", 0),
    ({"amount": 8_000, "unit": "bản"}, 3, "in_person", DAY, "", 24_000),
    ({"amount": 8_000, "unit": "bản"}, 0, "in_person", DAY, "", 0),
    (COPIES, 1, "in_person", DAY, "", 2_000),
    (COPIES, 2, "in_person", DAY, "", 4_000),
    (COPIES, 3, "in_person", DAY, "", 5_000),
    (COPIES, 10, "in_person", DAY, "", 12_000),
    (COPIES, 198, "in_person", DAY, "", 200_000),
    (COPIES, 199, "in_person", DAY, "", 200_000),
    (COPIES, 1_000_000, "in_person", DAY, "", 200_000),
    ({**COPIES, "minimum_amount": 10_000}, 1, "in_person", DAY, "", 10_000),
    ({**COPIES, "minimum_amount": 10_000}, 0, "in_person", DAY, "", 0),
    ({**COPIES, "steps": [{"from": 3, "amount": 1_000}, {"from": 6, "amount": 500}]}, 8, "post", DAY, "", 8_500),
    ({**FIXED, "reductions": [ONLINE_HALF]}, 1, "online", DAY, "", 50_000),
    ({**FIXED, "reductions": [ONLINE_HALF]}, 1, "in_person", DAY, "", 100_000),
    ({**FIXED, "reductions": [{"amount": 70_000, "channel": "online"}]}, 1, "online", DAY, "", 70_000),
    ({**COPIES, "reductions": [ONLINE_HALF]}, 199, "online", DAY, "", 100_000),
    ({**FIXED, "reductions": [{"percent": 30, "from": "2026-05-04", "to": "2026-05-31"}]}, 1, "post", DAY, "", 70_000),
    (
        {**FIXED, "reductions": [{"percent": 30, "from": "2026-05-04", "to": "2026-05-31"}]},
        1,
        "post",
        date(2026, 5, 31),
        "",
        70_000,
    ),
    ({**FIXED, "reductions": [{"percent": 30, "to": "2026-05-31"}]}, 1, "post", date(2026, 6, 1), "", 100_000),
    ({**FIXED, "reductions": [{"percent": 30, "from": "2026-05-05"}]}, 1, "post", DAY, "", 100_000),
    ({**FIXED, "reliefs": [POOR, CHILD]}, 1, "in_person", DAY, "ho-ngheo", 0),
    ({**FIXED, "reliefs": [POOR, CHILD]}, 1, "in_person", DAY, "tre-em", 50_000),
    ({**FIXED, "reliefs": [POOR, CHILD]}, 1, "in_person", DAY, "nguoi-co-cong", 100_000),
    ({**FIXED, "reductions": [ONLINE_HALF], "reliefs": [CHILD]}, 1, "online", DAY, "tre-em", 25_000),
    # Half a đồng is dropped, in favour of who pays.
    ({"amount": 1_001, "reductions": [{"percent": 50}]}, 1, "online", DAY, "", 500),
]


@pytest.mark.parametrize(("rule", "quantity", "channel", "on", "category", "expected"), EXAMPLES)
def test_worked_examples(
    rule: dict[str, Any], quantity: int, channel: str, on: date, category: str, expected: int
) -> None:
    assert pay(rule, quantity, channel, on, category) == expected


def test_the_working_says_line_by_line_how_the_sum_was_made() -> None:
    rule: dict[str, Any] = {
        **COPIES,
        "maximum_amount": 10_000,
        "reductions": [{**ONLINE_HALF, "to": "2026-12-31"}],
        "reliefs": [CHILD],
    }
    working = calculate(read_tariff(**rule), channel="online", on=DAY, quantity=12, category="tre-em")
    assert working_text(working, {"tre-em": "Trẻ em"}).replace("\u00a0", " ").splitlines() == [
        "2 trang đầu: 2 × 2.000 đ = 4.000 đ",
        "Từ trang thứ 3 đến 12: 10 × 1.000 đ = 10.000 đ",
        "Thu nhiều nhất 10.000 đ",
        "Nộp cách “Trực tuyến”, đến hết 31/12/2026: giảm 50%, còn 5.000 đ (Thông tư 63/2023/TT-BTC)",
        "Được giảm 50%: Trẻ em, còn 2.500 đ",
    ]
    assert working.amount == 2_500


@pytest.mark.parametrize(
    ("rule", "part", "code"),
    [
        ({"amount": None}, "amount", "amount_missing"),
        ({"amount": -1}, "amount", "amount_wrong"),
        ({"amount": 1.5}, "amount", "amount_wrong"),
        ({"amount": True}, "amount", "amount_wrong"),
        ({"amount": 1, "steps": [{"from": 3, "amount": 1}]}, "steps", "steps_without_unit"),
        ({"amount": 1, "unit": "trang", "steps": [{"from": 1, "amount": 1}]}, "steps", "step_wrong"),
        ({"amount": 1, "unit": "trang", "steps": [{"from": 3, "amount": -1}]}, "steps", "step_wrong"),
        ({"amount": 1, "unit": "trang", "steps": "3"}, "steps", "not_rows"),
        (
            {"amount": 1, "unit": "trang", "steps": [{"from": 5, "amount": 1}, {"from": 5, "amount": 2}]},
            "steps",
            "steps_out_of_order",
        ),
        ({"amount": 1, "minimum_amount": 5, "maximum_amount": 4}, "maximum_amount", "bounds_crossed"),
        ({"amount": 1, "reductions": [{"percent": 101}]}, "reductions", "reduction_wrong"),
        ({"amount": 1, "reductions": [{"percent": 5, "amount": 0}]}, "reductions", "reduction_wrong"),
        ({"amount": 9, "reductions": [{"amount": 9}]}, "reductions", "reduction_not_lower"),
        ({"amount": 9, "unit": "bản", "reductions": [{"amount": 3}]}, "reductions", "reduction_of_units"),
        ({"amount": 9, "reductions": [{"percent": 5, "channel": "fax"}]}, "reductions", "reduction_channel"),
        ({"amount": 9, "reductions": [{"percent": 5, "from": "32/13"}]}, "reductions", "reduction_days"),
        (
            {"amount": 9, "reductions": [{"percent": 5, "from": "2026-05-02", "to": "2026-05-01"}]},
            "reductions",
            "reduction_days",
        ),
        (
            {"amount": 9, "reductions": [{"percent": 5, "channel": "online"}, {"percent": 6, "from": "2026-01-01"}]},
            "reductions",
            "reductions_overlap",
        ),
        ({"amount": 9, "reliefs": [{"category": "", "percent": 5}]}, "reliefs", "relief_wrong"),
        ({"amount": 9, "reliefs": [POOR, POOR]}, "reliefs", "relief_twice"),
        # Misspelt: it would never begin.
        ({"amount": 9, "reductions": [{"percent": 5, "form": "2027-01-01"}]}, "reductions", "part_unknown"),
        ({"amount": 9, "unit": "trang", "steps": [{"from": 3, "amount": 1, "to": 5}]}, "steps", "part_unknown"),
        ({"amount": 9, "reliefs": [{**CHILD, "channel": "online"}]}, "reliefs", "part_unknown"),
        ({"amount": 9, "reliefs": [{"category": "trẻ em\x00", "percent": 5}]}, "reliefs", "relief_wrong"),
        ({"amount": 9, "reliefs": [{**CHILD, "basis": "Luật 1; điều 2"}]}, "reliefs", "basis_wrong"),
        ({"amount": 9, "reductions": [{"percent": 5, "basis": "Luật\n1"}]}, "reductions", "basis_wrong"),
        ({"amount": 9, "reductions": [{"percent": 5, "basis": "\ud800"}]}, "reductions", "basis_wrong"),
    ],
)
def test_a_rule_that_is_not_understood_is_a_fault_and_never_an_amount(
    rule: dict[str, Any], part: str, code: str
) -> None:
    assert (part, code) in [(fault.part, fault.code) for fault in faults_of(**rule)]
    with pytest.raises(TariffFault):
        read_tariff(**rule)


def test_reductions_one_after_the_other_do_not_overlap() -> None:
    spring = {"percent": 50, "from": "2026-01-01", "to": "2026-06-30"}
    autumn = {"percent": 30, "from": "2026-07-01", "to": "2026-12-31"}
    assert faults_of(amount=100, reductions=[spring, autumn]) == []


money = st.integers(0, 10_000_000)
starts = st.lists(st.integers(2, 500), unique=True, max_size=5).map(sorted)


@st.composite
def rules(draw: st.DrawFn) -> dict[str, Any]:
    """Any rule by unit that can be read."""
    rule: dict[str, Any] = {
        "amount": draw(money),
        "unit": "trang",
        "steps": [{"from": start, "amount": draw(money)} for start in draw(starts)],
        "reductions": [{"percent": draw(st.integers(1, 100)), "channel": "online"}] if draw(st.booleans()) else [],
        "reliefs": [{"category": "tre-em", "percent": draw(st.integers(1, 100))}],
    }
    low, high = sorted((draw(money), draw(money)))
    if draw(st.booleans()):
        rule["minimum_amount"] = low
    if draw(st.booleans()):
        rule["maximum_amount"] = high
    return rule


quantities = st.integers(0, 2_000)
ways = st.sampled_from(["online", "in_person", "post"])
persons = st.sampled_from(["", "tre-em", "ho-ngheo"])


@given(rules(), quantities, ways, persons)
def test_never_negative_and_never_above_the_cap(
    rule: dict[str, Any], quantity: int, channel: str, category: str
) -> None:
    amount = pay(rule, quantity, channel, category=category)
    assert isinstance(amount, int)
    assert amount >= 0
    assert amount <= rule.get("maximum_amount", amount)


@given(rules(), quantities, quantities, ways, persons)
def test_more_units_never_cost_less(rule: dict[str, Any], one: int, other: int, channel: str, category: str) -> None:
    fewer, more = sorted((one, other))
    assert pay(rule, fewer, channel, category=category) <= pay(rule, more, channel, category=category)


@given(rules(), quantities, ways, st.integers(2, 600))
def test_a_step_split_in_two_of_the_same_price_changes_nothing(
    rule: dict[str, Any], quantity: int, channel: str, at: int
) -> None:
    steps = rule["steps"]
    if any(step["from"] == at for step in steps):
        return
    price = next((step["amount"] for step in reversed(steps) if step["from"] < at), rule["amount"])
    split = sorted([*steps, {"from": at, "amount": price}], key=lambda step: step["from"])
    assert pay({**rule, "steps": split}, quantity, channel) == pay(rule, quantity, channel)


@given(rules(), quantities, ways)
def test_relief_and_reduction_only_ever_lower(rule: dict[str, Any], quantity: int, channel: str) -> None:
    assert pay(rule, quantity, channel, category="tre-em") <= pay(rule, quantity, channel)
    assert pay(rule, quantity, channel) <= pay({**rule, "reductions": []}, quantity, channel)


@given(rules(), quantities, ways)
def test_without_bounds_the_sum_is_the_sum_of_the_units_one_by_one(
    rule: dict[str, Any], quantity: int, channel: str
) -> None:
    plain = {"amount": rule["amount"], "unit": "trang", "steps": rule["steps"]}
    prices = {step["from"]: step["amount"] for step in rule["steps"]}
    price, total = rule["amount"], 0
    for unit in range(1, quantity + 1):
        price = prices.get(unit, price)
        total += price
    assert pay(plain, quantity, channel) == total


@given(rules(), quantities, ways, persons)
def test_the_last_line_of_the_working_is_what_is_paid(
    rule: dict[str, Any], quantity: int, channel: str, category: str
) -> None:
    working = calculate(read_tariff(**rule), channel=channel, on=DAY, quantity=quantity, category=category)
    added = [line.amount for line in working.lines if line.kind in ("fixed", "units")]
    left = [line.amount for line in working.lines if line.kind not in ("fixed", "units")]
    assert working.amount == (left[-1] if left else sum(added))


@pytest.mark.parametrize("quantity", [-1, 1_000_001])
def test_a_quantity_that_is_none_is_refused(quantity: int) -> None:
    with pytest.raises(ValueError, match="quantity"):
        pay(COPIES, quantity)
