"""The register of issued papers: found by what people know of them, page by page, without loss."""

from datetime import date, datetime, timedelta

import pytest
from sqlmodel import Session

from models.connection.tables import Application
from models.document import actions, register
from models.document.register import Wanted
from models.document.tables import Document
from tests.house import House

DAY = date(2026, 11, 2)


def issue(session: Session, case: Application, kind: str, number: str, day: date, now: datetime) -> Document:
    return actions.order(
        session, case.id or 0, kind, number, kind.title(), {"a": 1}, day, now, token=actions.new_token()
    )


@pytest.fixture
def cases(session: Session, now: datetime) -> list[Application]:
    house = House(session, now)
    found = [house.submitted(house.applicant()) for _ in range(2)]
    for n, case in enumerate(found):
        case.number = f"ТП-00090{n}/26"
        case.object_address = f"д. Заречье, 100%_{n}"
        case.person = case.person | {"name": ["Смирнова Анна", "Петров Пётр"][n]}
        session.add(case)
        for k, kind in enumerate(("guide", "contract", "invoice")):
            issue(session, case, kind, f"00090{n}/26-{kind}", DAY + timedelta(days=k), now)
    session.flush()
    return found


def numbers(session: Session, **wanted: object) -> list[str]:
    return [row.number for row in register.page(session, Wanted(**wanted)).rows]  # type: ignore[arg-type]


def test_the_newest_stand_first(session: Session, cases: list[Application]) -> None:
    assert numbers(session, number="0090") == [
        f"00090{n}/26-{k}" for k in ("invoice", "contract", "guide") for n in (1, 0)
    ]


@pytest.mark.parametrize(
    ("wanted", "count"),
    [({"number": "000900/26-GUIDE"}, 1), ({"number": "тп-000901"}, 3), ({"kind": "guide", "number": "00090"}, 2), ({"applicant": "смирнова"}, 3),
     ({"address": "100%_1"}, 3), ({"address": "100%01"}, 0), ({"address": "Заречье, 100__0"}, 0), ({"state": "ordered", "number": "00090"}, 6),
     ({"state": "placed", "number": "00090"}, 0), ({"since": DAY + timedelta(days=1), "number": "00090"}, 4),
     ({"until": DAY, "number": "00090"}, 2), ({"since": DAY, "until": DAY, "applicant": "Петров"}, 1), ({"branch_id": 10**9}, 0)],
)  # fmt: skip
def test_each_filter_finds_what_it_says(
    session: Session, cases: list[Application], wanted: dict[str, object], count: int
) -> None:
    assert len(numbers(session, **wanted)) == count


def test_pages_hold_every_row_once(session: Session, cases: list[Application]) -> None:
    found, after = [], None
    for _ in range(10):
        got = register.page(session, Wanted(number="00090"), after, limit=2)
        found += [row.id for row in got.rows]
        after = got.following
        if after is None:
            break
    assert len(found) == len(set(found)) == 6
    assert found == [row.id for row in register.page(session, Wanted(number="00090")).rows]


def test_every_row_goes_into_a_file_up_to_a_limit(session: Session, cases: list[Application]) -> None:
    assert len(list(register.every(session, Wanted(number="00090")))) == 6
    assert len(list(register.every(session, Wanted(number="00090"), limit=4))) == 4


def test_a_row_says_whose_paper_it_is(session: Session, cases: list[Application]) -> None:
    row = register.page(session, Wanted(number="000901/26-guide")).rows[0]
    assert (row.application, row.applicant, row.address, row.has_pdf) == (
        "ТП-000901/26",
        "Петров Пётр",
        "д. Заречье, 100%_1",
        False,
    )
