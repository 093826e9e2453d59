"""All twelve categories at their bounds, each with its path and a reason that can be shown to the applicant."""

from decimal import Decimal
from typing import Any

import pytest

from models.connection import rules
from models.connection.categories import CATEGORY_NAMES, Switches, Told, choose
from models.connection.tables import Application, Category, Path
from models.process.errors import Invalid
from tests.models.connection.opened import T

IND, ENT, ORG = "individual", "entrepreneur", "legal_entity"
HOME = {"household": True}
FOUND: list[tuple[str, str, dict[str, Any], Category]] = [
    (IND, "15", HOME, Category.IND_15),
    (IND, "15.00", HOME, Category.IND_15),
    (IND, "0.1", HOME, Category.IND_15),
    (IND, "15.004", HOME, Category.IND_GT_15),  # nothing is rounded
    (IND, "15.01", HOME, Category.IND_GT_15),
    (IND, "10", HOME | {"prior_kw": Decimal("5.01")}, Category.IND_GT_15),
    (IND, "15", HOME | {"reliability": "II", "sources": 2}, Category.IND_GT_15),
    (IND, "900", HOME, Category.IND_GT_15),
    (IND, "15", HOME | {"generation_kw": Decimal(15)}, Category.IND_150_MICRO),
    (IND, "150", HOME | {"generation_kw": Decimal(15)}, Category.IND_150_MICRO),
    (IND, "150.01", HOME | {"generation_kw": Decimal(15)}, Category.IND_GT_15),
    (IND, "0", HOME | {"generation_kw": Decimal(10), "prior_kw": Decimal(15)}, Category.MICRO),
    (IND, "15", HOME | {"generation_kw": Decimal("15.01")}, Category.GEN),
    (IND, "15", HOME | {"generation_kw": Decimal(10), "voltage_kv": Decimal(10)}, Category.GEN),
    (ORG, "15.01", {}, Category.LE_150),
    (ORG, "150.00", {}, Category.LE_150),
    (ORG, "150.004", {}, Category.LE_150_670),
    (ORG, "150", {"reliability": "II", "sources": 2}, Category.LE_150),
    (ORG, "150", {"reliability": "I", "sources": 2}, Category.LE_150_670),
    (ENT, "150", {}, Category.LE_150),
    (ENT, "150.01", {}, Category.LE_150_670),
    (ORG, "669.99", {}, Category.LE_150_670),
    (ORG, "670", {}, Category.GE_670),
    (ORG, "600", {"prior_kw": Decimal(70)}, Category.GE_670),
    (ORG, "5", {"generation_kw": Decimal("15.01")}, Category.GEN),
    (ORG, "5", {"generation_kw": Decimal(15)}, Category.LE_150),
    (ORG, "0", {"generation_kw": Decimal(15), "prior_kw": Decimal(50)}, Category.MICRO),
    (ORG, "150", {"reason": "temporary", "temporary": "mobile"}, Category.TEMP),
    (ORG, "400", {"reason": "temporary", "temporary": "construction"}, Category.TEMP),
    (ORG, "5000", {"reason": "grid"}, Category.GRID),
    (ORG, "50", {"reason": "redistribution"}, Category.REDISTRIBUTE),
    (IND, "50", {"reason": "reissue"}, Category.REISSUE),
]


@pytest.mark.parametrize(("kind", "kw", "more", "found"), FOUND)
def test_categories_at_their_bounds(kind: str, kw: str, more: dict[str, Any], found: Category) -> None:
    choice = choose(Told(kind, Decimal(kw), **more))
    assert choice.category is found
    cabinet = {Category.IND_15, Category.IND_150_MICRO, Category.MICRO, Category.LE_150}
    assert (choice.path is Path.X) is (found in cabinet)
    assert choice.paragraph
    assert choice.why % choice.facts


def test_every_category_can_be_reached_and_has_a_name() -> None:
    assert {found for *_, found in FOUND} == set(Category) == set(CATEGORY_NAMES)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"kind": IND, "kw": Decimal(15)}, "purpose"),
        ({"kind": ORG, "kw": Decimal(15), "reliability": "I"}, "sources"),
        ({"kind": ORG, "kw": Decimal(15), "reliability": "IV"}, "reliability"),
        ({"kind": ORG, "kw": Decimal("150.01"), "reason": "temporary", "temporary": "mobile"}, "power_kw"),
    ],
)
def test_what_fits_no_category_is_told_beside_its_field(more: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        choose(Told(**more))
    assert caught.value.field == field


def test_contested_rules_are_switches_and_off() -> None:
    forty = Told(IND, Decimal(40), household=True)
    assert choose(forty).path is Path.ORDINARY
    wide = Switches.of({"connection": {"x_individual_max_kw": "150"}})
    assert choose(forty, wide).path is Path.X
    assert choose(Told(IND, Decimal("150.01"), household=True), wide).path is Path.ORDINARY
    assert Switches.of({}) == Switches()
    assert not Switches().by_payment
    fourth = Told(ORG, Decimal(6000), reliability="IV")
    assert choose(fourth, Switches(fourth=True)).category is Category.GE_670


@pytest.mark.parametrize(
    ("category", "kw", "column"),
    [
        ("GE_670", "670", "AT_670"), ("GE_670", "670.01", "GE_670"), ("IND_GT_15", "40", "LE_150_670"),
        ("IND_GT_15", "900", "GE_670"), ("GRID", "100", "LE_150_670"), ("LE_150", "150", "LE_150"), ("TEMP", "100", "TEMP"),
    ],
)  # fmt: skip
def test_terms_go_by_a_column_of_the_table(category: str, kw: str, column: str) -> None:
    """670 kW belongs to the upper band, but its works near the grid take four months as in the middle one (law 39)."""
    case = Application(applicant_id=1, branch_id=1, created_at=T, changed_at=T, status_token="t",
                       category=category, power_kw=Decimal(kw))  # fmt: skip
    assert rules.column(case) == column
