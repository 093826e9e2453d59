"""A typed number is read or refused, never guessed, by whatever door it comes; no nonsense is a crash."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import pytest

from infra.bank import statement
from models.connection import request, rules, sheet
from models.connection.actions import desk
from models.connection.papers import common
from models.connection.tables import Application
from models.network import rules as centres
from models.payment import estimates, returns
from models.process import typed
from models.process.errors import Invalid, ManyInvalid
from models.process.keyset import After
from models.rulebook import rules as book
from models.rulebook.limits import LIMITS
from models.rulebook.tables import Kind

NONSENSE = ["1e400", "1e3", "NaN", "sNaN", "Infinity", "٣", "²", str(10**30), "9" * 5000, "1_000", "+5", "0x1f", "-", ".", "много"]  # fmt: skip


def _kw(text: str) -> object:
    found = sheet.Sheet({"kw": text})
    found.kw("kw", "0", request.MOST_KW)
    return None if found.faults else found


def _metres(text: object) -> object:
    case = Application()
    desk._site(case, {"distance_m": text})  # noqa: SLF001
    return case.distance_m


def _values(wrong: Callable[[Mapping[str, Any]], tuple[object, list[Invalid]]], field: str) -> Callable[[str], object]:
    form = {"title": "x", "basis": "x", "unit": "kW", "vat_included": False, "confidence": "page"}
    return lambda text: None if wrong(form | {field: text})[1] else text


def _conditions(field: str, row: Callable[[str], object]) -> Callable[[str], object]:
    values = {"possible": False, "project_basis": "x"}
    return lambda text: None if field in [f.field for f in rules.conditions_faults(values | {field: row(text)})] else 1


def _raises(read: Callable[[str], object]) -> Callable[[str], object]:
    def tried(text: str) -> object:
        try:
            return read(text)
        except (Invalid, ManyInvalid):
            return None

    return tried


READERS: dict[str, Callable[[str], object]] = {
    "number": typed.number,
    "whole": typed.whole,
    "power of a form": _kw,
    "power of a stage": sheet.kilowatts,
    "power of a point": lambda text: common.kilowatts(text) or None,
    "sum": _raises(returns.typed_sum),
    "sum of a statement": _raises(lambda text: statement._sum(text, 1)),  # noqa: SLF001
    "calculator": _raises(lambda text: estimates.read({"kw": text, "distance": "5"})),
    "rate": _values(book.rate, "amount"),
    "VAT": _values(lambda v: book.percent(Kind.VAT, v), "percent"),
    "limit": _values(lambda v: book.limit("file_mb", v), "value"),
    "span": lambda text: book.span(f"{text} мес"),
    "quarter": lambda text: request.place_of(f"I квартал {text.rjust(4, '2')}") or None,
    "project": _conditions("project_net", str),
    "distance": _raises(_metres),
    "work": _conditions("grid_works", lambda text: [{"rate": "C2", "quantity": text}]),
    "works of years": lambda text: rules.asked_longer(Application(draft={"works_years": text}), _LONGER) or None,
    "after": _raises(lambda text: After.read(f"2026-11-22.{text}")),
}
_LONGER = rules.TermRule(rule="TP-12", lengths={"": "2y"}, alternative={"max_by_request": {"": "4y"}})


@pytest.mark.parametrize("name", READERS)
def test_no_nonsense_is_a_number(name: str) -> None:
    assert {text: READERS[name](text) for text in NONSENSE} == dict.fromkeys(NONSENSE)


@pytest.mark.parametrize(
    ("text", "value"),
    [("9 192,19", "9192.19"), ("9\u00a0192.19", "9192.19"), ("7,5", "7.5"), (",5", "0.5"), ("7.", "7"), ("-3", "-3"), ("-0", "0")],
)  # fmt: skip
def test_a_number_is_read_as_people_write_it(text: str, value: str) -> None:
    found = typed.number(text)
    assert found == Decimal(value)
    assert not (found == 0 and found.is_signed())


def test_a_number_is_never_rounded() -> None:
    assert [typed.number("1.005", 2), typed.number("1.500", 2), typed.whole("2.5")] == [None, Decimal("1.5"), None]
    assert typed.number("0.30000000000000004") == Decimal("0.30000000000000004")
    assert [typed.number(nothing) for nothing in ("", " ", None, True)] == [None] * 4


@pytest.mark.parametrize("kw", ["NaN", "Infinity", "-1", "1e30"])
def test_a_feeding_centre_has_a_power_that_exists(kw: str) -> None:
    given = centres.Values("ПС", "110/10", Decimal(kw), Decimal(0), 1)
    with pytest.raises(ManyInvalid) as caught:
        centres.checked(given)
    assert [f.field for f in caught.value.errors] == ["installed_kw"]


def test_a_distance_is_a_whole_number_of_metres() -> None:
    assert [_metres(told) for told in ("", None, 0, "120", 120, 120.0)] == [0, 0, 0, 120, 120, 120]
    for told in (float("inf"), float("nan"), "12,5", "-1", "50001"):
        with pytest.raises(Invalid):
            _metres(told)


def test_every_limit_takes_the_number_that_it_may_be() -> None:
    for name, told in LIMITS.items():
        assert told.least <= told.usual <= told.most
        assert book.limit(name, {"value": f"{told.least},0", "basis": "x"})[1] == []
