"""The demonstration is made through the rules, the same every time, and a build that was killed is begun anew."""

from collections import Counter
from datetime import UTC, datetime
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from infra import clock
from infra.database import Database
from infra.demo import build as demo
from infra.demo.agenda import agenda
from infra.demo.lives import LIVES, REST, SIGNED, Life
from infra.demo.people import COMPANIES, NAMED, STAFF, TRADERS, person
from infra.demo.sign_ins import PASSWORD, SIGN_INS
from infra.trouble import Trouble
from models.connection.tables import OPEN_STAGES, Application, Inspection, Stage
from models.delivery.tables import Letter, LetterState, LetterTry
from models.document.tables import Document, DocumentState
from models.people import actions as people
from models.people import rules
from models.people.tables import PersonKind, User
from models.process.actor import Role
from models.process.queries import verify_chain
from models.process.tables import History, Setting, Term, Work
from models.process.workdays import Calendar
from models.signing.tables import Envelope
from signatures.secrets import verify_password

NOW = datetime(2026, 11, 22, 1, 37, tzinfo=UTC)  # a Sunday night in Moscow
ZONE = ZoneInfo("Europe/Moscow")
CHOSEN = (("anna", Stage.OFFER_PLACED), ("2", Stage.CHECKING), ("7", Stage.CHECKING), ("estate", Stage.DRAFT),
          ("farm", Stage.COMPLETED), ("54", Stage.ANNULLED_NO_PAYMENT), ("51", Stage.ANNULLED_NO_INFO))  # fmt: skip
SIGNED_FEW = (("anna", Stage.CONTRACT_SENT), ("mill", Stage.DISAGREEMENT), ("clinic", Stage.ENERGISED),
              ("trader:2", Stage.COMPLETED), ("57", Stage.COMPLETED), ("estate", Stage.EXECUTION))  # fmt: skip
FEW = tuple(life for life in LIVES if (life.who, life.stage) in CHOSEN)


def _told(db: Database) -> dict[str, Any]:
    """Everything of a demonstration that people see; each case with the hash of its history."""
    with db.transaction() as session:
        cases = session.exec(select(Application).order_by(col(Application.id))).all()
        letters = session.exec(select(Letter).order_by(col(Letter.key))).all()
        told = session.exec(select(History).where(History.process != "centre"))  # centres come with the installation
        return {
            "cases": [(c.number, c.stage, c.person.get("name"), c.object_address, c.chain) for c in cases],
            "history": sorted((h.at, h.process, h.tag, h.subject_id, h.actor_name) for h in told),
            "letters": [(m.key, m.recipient, m.state, m.tries, m.subject) for m in letters],
            "papers": sorted((d.number, d.version, d.state) for d in session.exec(select(Document))),
            "people": sorted((u.login, u.name, u.registration_number or "") for u in session.exec(select(User))),
        }


def _build(lives: tuple[Life, ...] = FEW, hands: int = 1) -> list[str]:
    said: list[str] = []
    with clock.at(NOW):
        demo.build(said.append, lives, hands)
    return said


def _mark(db: Database, state: str) -> None:
    with db.transaction() as session:
        session.merge(Setting(name=demo.MARK, value={"state": state}))


# ------------------------------------------------------------------------------------------------ a small one
def test_a_few_lives_end_where_they_should_with_everything_in_order(database: Database) -> None:
    assert demo.is_empty()
    assert len(_build()) == 2
    assert not demo.is_empty()
    with database.transaction() as session:
        _in_order(session, FEW)
        farm = session.exec(select(Application).where(Application.stage == Stage.COMPLETED)).one()
        visits = session.exec(
            select(Inspection).where(Inspection.application_id == farm.id).order_by(col(Inspection.seq))
        )
        assert [v.passed for v in visits] == [False, True]
        numbers = session.exec(select(Application.number).order_by(col(Application.registered_at))).all()
        known = [n for n in numbers if n]
        assert known == sorted(known)  # all of this year: numbers follow the days
    with pytest.raises(Trouble):
        _build()


@pytest.mark.soak
def test_lives_of_the_ordinary_path_are_signed_and_paid(database: Database) -> None:
    """A contract that waits for a signature, one in dispute, one in execution, one signed to its end, papers made anew."""
    lives = tuple(life for life in SIGNED if (life.who, life.stage) in SIGNED_FEW)
    _build(lives)
    with database.transaction() as session:
        _in_order(session, lives)
        made = Counter(session.exec(select(Application.category)))
        assert {"IND_GT_15", "LE_150_670", "TEMP", "REISSUE"} <= set(made)
        states = Counter(session.exec(select(Envelope.stage)))
        assert states["OPEN"] == 2  # Anna's contract, and the act of connection of the clinic
        assert states["COMPLETED"] >= 5
        assert states["CANCELLED"] == 1  # by the protocol of disagreements


def test_letters_meet_the_faults_of_the_mailbox(database: Database) -> None:
    _build()
    with database.transaction() as session:
        letters = session.exec(select(Letter)).all()
        states = Counter(m.state for m in letters)
        assert states[LetterState.SENT] > 15
        late = [m for m in letters if m.recipient.startswith("greylist")]
        assert [(m.state, m.tries, m.error_class) for m in late] == [(LetterState.RETRYING, 2, "retry")]
        refused = [m for m in letters if m.recipient.startswith("refused")]
        lost = [m for m in refused if m.kind != "appeal_received"]  # those leave with the first worker
        assert lost
        assert {(m.state, m.tries) for m in lost} == {(LetterState.UNDELIVERABLE, 1)}
        again = session.exec(select(LetterTry.letter_id).where(LetterTry.outcome == "refused")).all()
        corrected = [m for m in letters if m.id in again and m.state == LetterState.SENT]
        assert [(m.kind, m.tries) for m in corrected] == [("registered", 2)]


def test_an_interrupted_build_is_begun_anew_and_comes_out_the_same(database: Database) -> None:
    two = FEW[2:4]
    _build(two)
    first = _told(database)
    staff = {login for login, *_rest in STAFF}
    assert all(number for login, _name, number in first["people"] if login not in staff)
    _mark(database, demo.BUILDING)  # as after a kill in the middle
    assert demo.is_empty()
    _build(two)
    assert _told(database) == first
    assert not demo.is_empty()


def test_data_without_the_mark_are_never_touched(database: Database) -> None:
    with database.transaction() as session:
        session.add(User(login="somebody", role=Role.ADMIN, name="Somebody", password_hash="", created_at=NOW))
    assert not demo.is_empty()
    with pytest.raises(Trouble):
        _build()
    with database.transaction() as session:
        assert [u.login for u in session.exec(select(User))] == ["somebody"]


def test_printed_sign_ins_open_the_door(database: Database) -> None:
    anna, petr = (next(life for life in LIVES if life.who == who) for who in ("anna", "petr"))
    firma = next(life for life in LIVES if life.who == "firma" and life.stage == Stage.COMPLETED)
    shown = tuple(
        Life(Stage.DRAFT, life.who, life.what, life.branch, life.kw, "draft 3") for life in (anna, petr, firma)
    )
    _build(shown)
    with database.transaction() as session:
        for _title, login, password in SIGN_INS:
            assert people.sign_in(session, login, password, NOW, verify=verify_password)
        staff = Counter(u.role for u in session.exec(select(User).where(User.role != Role.APPLICANT)))
    wanted = {Role.OPERATOR: 2, Role.ENGINEER: 2, Role.MANAGER: 2, Role.INSPECTOR: 1, Role.METERING: 1}
    assert all(staff[role] >= count for role, count in wanted.items())
    assert set(staff) == {r for _, r, *_ in STAFF}
    assert PASSWORD


# ------------------------------------------------------------------------------------------------ plans and people
@pytest.mark.parametrize("hour", ["2026-11-22T01:37", "2026-11-25T09:00", "2027-01-09T20:00", "2027-05-03T23:30"])
def test_every_life_lies_in_the_past_and_in_order(hour: str) -> None:
    now = datetime.fromisoformat(hour).replace(tzinfo=UTC)
    for number, life in enumerate(LIVES):
        times = [m.at for m in agenda(life.route, now, Calendar(), ZONE, Random(number))]
        assert times == sorted(set(times)), life
        assert times[-1] < now, life
        assert (now - times[0]).days < 400, life


def test_invented_identifiers_pass_the_checks_of_the_form() -> None:
    keys = [*COMPANIES, *NAMED, *(f"trader:{n}" for n in range(len(TRADERS))), *(str(n) for n in range(58))]
    everybody = [person(key) for key in keys]
    for p in everybody:
        assert rules.phone(p.phone).startswith("+79")
        assert rules.email(p.email).endswith(".example")
        if p.kind == PersonKind.INDIVIDUAL:
            assert rules.snils(p.snils) == p.snils
        else:
            assert rules.inn(p.inn, p.kind)
            assert rules.ogrn(p.ogrn, p.kind)
            assert rules.account(p.bank_account, "044030911")
    assert len({p.login for p in everybody}) == len({p.email for p in everybody}) == len(everybody)
    assert person("12") == person("12")


def test_every_stage_and_outcome_is_there() -> None:
    stages = {life.stage for life in LIVES}
    passed_at_once = {Stage.SUBMITTED, Stage.CONCLUDED}  # the engine does not leave a case there
    assert set(Stage) - stages == passed_at_once
    assert len(LIVES) >= 80


# ------------------------------------------------------------------------------------------------ the whole of it
@pytest.mark.soak
def test_the_whole_demonstration_stands_as_it_was_designed(database: Database) -> None:
    _build(LIVES, hands=2)
    with database.transaction() as session:
        _in_order(session, LIVES)
        late = "select distinct rule from term where whose = 'grid' and lapsed_at is not null and done_at is null"
        assert {"TP-01", "TP-04X", "TP-10", "TP-11"} <= {r.rule for r in session.execute(text(late))}


def _in_order(session: Session, lives: tuple[Life, ...]) -> None:
    """Stages as designed, the history proves, nothing failed, nothing is stuck, every promised paper is made."""
    stages = Counter(session.exec(select(Application.stage)).all())
    assert stages == Counter(str(life.stage) for life in lives)
    assert not verify_chain(session)
    rows = session.exec(select(Work)).all()
    assert all(row.state == "due" and not row.tries and row.error is None for row in rows)
    assert {row.process for row in rows} <= {
        "connection",
        "signing",
        "delivery",
        "booking",
        "appeal",
    }  # alarms, and a letter to be tried again
    assert all(row.lane == 1 for row in rows if row.process in ("connection", "signing"))  # visits are of today
    assert not session.exec(select(Document).where(Document.state == DocumentState.ORDERED)).all()
    armed = {row.subject_id for row in rows if row.process == "connection"}
    open_cases = session.exec(
        select(Application.id).where(
            col(Application.stage).in_(list(OPEN_STAGES)), col(Application.suspended_at).is_(None)
        )
    ).all()
    assert set(open_cases) - armed <= _silent(session)


def _silent(session: Session) -> set[int | None]:
    """Cases without a running clock: all that could ring has rung."""
    query = text("""select c.id from connection c where not exists (select 1 from term t
        where t.process = 'connection' and t.subject_id = c.id and t.done_at is null and t.lapsed_at is null
          and t.cancelled_at is null and t.paused_at is null)""")
    return {int(r.id) for r in session.execute(query)}


@pytest.mark.soak
def test_every_category_has_somebody(database: Database) -> None:
    """The twelve of domain b.2: those that the small builds above do not show are lived through here."""
    lives = REST
    _build(lives)
    with database.transaction() as session:
        _in_order(session, lives)
        made = {str(c) for c in session.exec(select(Application.category)) if c}
        assert made == {"GRID", "REDISTRIBUTE", "MICRO", "GE_670"}
        longer = session.exec(select(Application).where(Application.category == "GE_670")).one()
        works = session.exec(select(Term).where(Term.rule == "TP-12", Term.subject_id == longer.id)).one()
        assert (works.due_on - works.starts_at.date()).days > 4 * 365 - 5
        micro = session.exec(select(Application).where(Application.category == "MICRO")).one()
        assert micro.supply.get("kind", "account") == "account"
        assert session.exec(select(Term).where(Term.rule == "TP-21", Term.subject_id == micro.id)).one().done_at is None
