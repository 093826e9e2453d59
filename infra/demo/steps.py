"""What a word of a route does: a click of a person through the actions of the models, and nothing else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from infra import clock
from infra.demo import meters, places, scans
from infra.demo.lives import Life
from infra.demo.people import BANK, NEAREST, SEED, STAFF, Person, latin
from infra.demo.words import ANSWERS, DEMANDS, MISSING, QUESTIONS, REASONS, REPLY, TELLING
from infra.settings import settings
from infra.storage import storage
from models.connection import actions, queries
from models.connection.tables import Application, ConditionsState
from models.delivery import actions as delivery
from models.delivery.tables import Letter, LetterState
from models.document import actions as documents
from models.payment import actions as payments
from models.payment.tables import OrderState, PaymentOrder
from models.people import actions as people
from models.people.tables import Branch, PersonKind, User
from models.process.actor import Actor, Role

CONSENT = {"text": "Согласие на обработку персональных данных", "version": "2 от 01.09.2025"}
SUPPLIER = "ООО «Озёрная сбытовая компания»"
Locker = Callable[[dict[str, Any]], bytes]


def lot(number: int, what: str) -> Random:
    """What is drawn by lot for one application: the same every time."""
    return Random(f"{SEED}:{number}:{what}")  # noqa: S311 - invented data


@dataclass
class Scene:
    """One application on the stage: who applies, and who of the staff takes it."""

    number: int  # of the life: seeds everything that is drawn by lot
    life: Life
    person: Person
    applicant: Actor
    staff: Mapping[str, Actor]  # by login
    case_id: int = 0

    def lot(self, what: str) -> Random:
        return lot(self.number, what)

    def desk(self, role: Role) -> Actor:
        """Who of this role works for the branch."""
        near = NEAREST.get(self.life.branch, {}).get(role)
        mine = [login for login, r, _, _, _ in STAFF if r == role]
        here = [login for login, r, _, _, branch in STAFF if r == role and branch in ("", self.life.branch)]
        return self.staff[near or (here or mine)[self.number % len(here or mine)]]

    @property
    def high(self) -> bool:
        return self.life.typed.get("voltage_kv") == "10"

    @property
    def email(self) -> str:
        return email_of(self.life, self.person)


def email_of(life: Life, person: Person) -> str:
    """As typed in this application: some of them cannot be reached."""
    login = latin(person.name.split()[0])
    return str(life.typed.get("email", person.email)).format(login=login)


# ------------------------------------------------------------------------------------------------ the applicant files
def draft(session: Session, s: Scene, now: datetime) -> None:
    """Begun and left: two steps of the form are filled in."""
    user = session.get(User, s.applicant.user_id)
    branch = session.exec(select(Branch).where(Branch.name == s.life.branch)).one()
    assert user is not None
    case = actions.begin(session, user, branch.id or 0, now)
    s.case_id = case.id or 0
    name, devices, purpose = places.OBJECTS[s.life.what]
    actions.save_draft(
        session, s.case_id, s.applicant, {"object_name": name, "power_kw": _kw(s.life.kw), "step": 2}, now
    )


def submit(session: Session, s: Scene, now: datetime, lock: Locker) -> None:
    """The whole form, its files, the one-time code, and off it goes."""
    draft(session, s, now)
    typed, passport = _form(s, now), s.person.passport
    actions.save_draft(session, s.case_id, s.applicant, typed, now, lock(passport) if passport else None)
    for kind, lines in _papers(s, typed):
        _attach(session, s, kind, lines, now)
    bound = actions.check_draft(session, s.case_id, s.applicant, passport, now)
    user = session.get(User, s.applicant.user_id)
    assert user is not None
    code = people.make_code(session, user, "application", bound, now)
    used = people.use_code(session, user, "application", bound, code, now)
    actions.submit(session, s.case_id, s.applicant, used, passport, now)


def _form(s: Scene, now: datetime) -> dict[str, Any]:
    rng = s.lot("form")
    name, devices, purpose = places.OBJECTS[s.life.what]
    address, cadastre = places.address(s.life.branch, s.life.what, rng)
    typed = {
        "object_name": name,
        "object_address": address,
        "cadastre": cadastre,
        "devices": devices,
        "purpose": purpose,
        "power_kw": _kw(s.life.kw),
        "commissioning": f"{rng.choice(('I', 'II', 'III'))} квартал {now.year + 1}",
        "supplier": SUPPLIER,
        "full": s.person.full,
        "consent": "yes",
        "consents": [CONSENT | {"at": f"{now.astimezone(clock.zone()):%d.%m.%Y %H:%M} (МСК)"}],
    }
    if s.person.bank_account:
        typed["bank_name"] = BANK
    return typed | dict(s.life.typed) | {"email": s.email}


def _kw(value: float) -> str:
    return f"{value:g}".replace(".", ",")


def _papers(s: Scene, typed: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    who, where = s.person.full or s.person.name, str(typed["object_address"])
    company = s.person.kind == PersonKind.LEGAL_ENTITY
    numbers = [f"ИНН {s.person.inn}", f"ОГРН {s.person.ogrn}"] if company else ["страницы с фотографией и пропиской"]
    found = [
        ("register" if company else "identity", [*_lines(who), *numbers]),
        ("title", [*_lines(f"Правообладатель: {who}"), *_lines(where), f"Кадастровый номер {typed['cadastre']}"]),
    ]
    if s.lot("plan").random() < 0.6:
        found.append(("plan", _lines(where)))
    found += [(kind, _lines(who)) for kind in ("social",) if typed.get("social")]
    found += [("generation", _lines(where)) for _ in (1,) if typed.get("generation_kw")]
    return found


def _lines(text: str, width: int = 62) -> list[str]:
    found, line = [], ""
    for word in text.split():
        if len(line) + len(word) >= width:
            found.append(line)
            line = ""
        line = f"{line} {word}".strip()
    return [*found, line]


def _attach(session: Session, s: Scene, kind: str, lines: list[str], now: datetime) -> None:
    name, body = scans.scan(kind, lines)
    key = storage().put(body)
    documents.attach(
        session, s.case_id, s.applicant, now, kind="identity" if kind == "register" else kind, name=name,
        media_type="application/pdf", size=len(body), sha256=key, key=key,
    )  # fmt: skip


def reply(session: Session, s: Scene, now: datetime) -> None:
    _attach(session, s, "reply", _lines(s.person.full or s.person.name), now)
    actions.supply_info(session, s.case_id, s.applicant, REPLY, now)


def correct(session: Session, s: Scene, now: datetime) -> None:
    actions.correct(session, s.case_id, s.applicant, {"email": s.person.email}, now)


# ------------------------------------------------------------------------------------------------ the desk
def ask(session: Session, s: Scene, now: datetime) -> None:
    _look(session, s, Role.OPERATOR, now)
    missing = MISSING["company" if s.person.kind == PersonKind.LEGAL_ENTITY else "person"]
    count = s.lot("missing").randint(1, len(missing))
    actions.request_info(session, s.case_id, s.desk(Role.OPERATOR), [dict(m) for m in missing[:count]], now)


def accept(session: Session, s: Scene, now: datetime) -> None:
    _look(session, s, Role.OPERATOR, now)
    actions.simple_move(session, s.case_id, "accept", s.desk(Role.OPERATOR), now)


def _look(session: Session, s: Scene, role: Role, now: datetime) -> None:
    """The desk opens the personal data; the look is written down."""
    case = session.get(Application, s.case_id)
    number = case.number if case else ""
    people.note(
        session, s.desk(role), "desk:person:read", now, process="connection", subject_id=s.case_id, number=number
    )


def design(session: Session, s: Scene, now: datetime) -> None:
    phases = int(s.life.typed.get("phases", 3))
    site = {"distance_m": s.life.metres, **s.life.site}
    rng, kw = s.lot("design"), s.life.kw + float(s.life.typed.get("prior_kw", 0))
    values = places.conditions(s.life.branch, s.person.kind, kw, phases, s.high, site, rng)
    earlier = queries.conditions(session, s.case_id)
    if earlier is not None and earlier.state != ConditionsState.DRAFT:
        values["note"] = "Точка присоединения уточнена по результатам выезда"
    actions.save_conditions(session, s.case_id, s.desk(Role.ENGINEER), values, now)


def send(session: Session, s: Scene, now: datetime) -> None:
    found = queries.conditions(session, s.case_id)
    if found is None or found.state != ConditionsState.DRAFT:
        design(session, s, now)
    actions.submit_conditions(session, s.case_id, s.desk(Role.ENGINEER), now)


def back(session: Session, s: Scene, now: datetime) -> None:
    actions.return_conditions(session, s.case_id, s.desk(Role.MANAGER), REASONS["back"], now)


def approve(session: Session, s: Scene, now: datetime) -> None:
    actions.approve(session, s.case_id, s.desk(Role.MANAGER), now)


def refuse(session: Session, s: Scene, now: datetime) -> None:
    demand = s.lot("demand").choice(DEMANDS)
    actions.refuse_offer(session, s.case_id, s.applicant, demand, now)


def inspected(passed: bool) -> Callable[[Session, Scene, datetime], None]:
    def step(session: Session, s: Scene, now: datetime) -> None:
        case = session.get(Application, s.case_id)
        assert case is not None
        on = now.astimezone(queries.zone_of(session, case)).date()
        values = meters.inspection(passed, on, s.lot("inspection"))
        actions.inspect(session, s.case_id, s.desk(Role.INSPECTOR), values, passed, on, now)

    return step


def meter(session: Session, s: Scene, now: datetime) -> None:
    case = session.get(Application, s.case_id)
    assert case is not None
    on = now.astimezone(queries.zone_of(session, case)).date()
    amperes = places.breaker(s.life.kw, case.phases)
    serial, values = meters.meter(case.phases, amperes, s.high, on, s.lot("meter"))
    actions.admit_meter(session, s.case_id, s.desk(Role.METERING), serial, values, on, now)


def moves(name: str, role: Role) -> Callable[[Session, Scene, datetime], None]:
    """A click that carries nothing but itself and perhaps a reason."""

    def step(session: Session, s: Scene, now: datetime) -> None:
        actor = s.applicant if role == Role.APPLICANT else s.desk(role)
        actions.simple_move(session, s.case_id, name, actor, now, REASONS.get(name, ""))

    return step


# ------------------------------------------------------------------------------------------------ money
def _order(session: Session, s: Scene, now: datetime) -> PaymentOrder:
    order = payments.order_payment(session, s.case_id, s.applicant, now)
    bank_id = str(UUID(int=s.lot(f"bank:{now}").getrandbits(128), version=4))
    payments.registered(session, order, bank_id, f"{settings().bank}/pay/{bank_id}")
    return order


def pay(session: Session, s: Scene, now: datetime) -> None:
    """The bank calls back, is asked, and says that the money has come."""
    order = _order(session, s, now)
    payments.note_bank_event(session, order.bank_id or "", order.number, "deposited", "1", now)
    payments.credit(session, order, now, now)


def decline(session: Session, s: Scene, now: datetime) -> None:
    payments.closed(session, _order(session, s, now), OrderState.DECLINED, "Недостаточно средств на карте")


def expire(session: Session, s: Scene, now: datetime) -> None:
    payments.closed(session, _order(session, s, now - timedelta(hours=25)), OrderState.EXPIRED)


# ------------------------------------------------------------------------------------------------ talk and letters
def ask_question(session: Session, s: Scene, now: datetime) -> None:
    actions.say(session, s.case_id, s.applicant, QUESTIONS[s.number % len(QUESTIONS)], now)


def answer(session: Session, s: Scene, now: datetime) -> None:
    actions.say(session, s.case_id, s.desk(Role.OPERATOR), ANSWERS[s.number % len(ANSWERS)], now)


def tell(session: Session, s: Scene, now: datetime) -> None:
    actions.say(session, s.case_id, s.desk(Role.OPERATOR), TELLING, now)


def resend(session: Session, s: Scene, now: datetime) -> None:
    """Staff telephoned, heard the right address and sends the returned letters there."""
    actor = s.desk(Role.OPERATOR)
    wanted = select(Letter).where(Letter.application_id == s.case_id, Letter.state == LetterState.UNDELIVERABLE)
    for letter in session.exec(wanted.order_by(col(Letter.id)).with_for_update()).all():
        delivery.send_again(session, letter, now, s.person.email)
        facts = {"letter": letter.id, "corrected": True}
        people.note(session, actor, "desk:letter:again", now, process="connection", subject_id=s.case_id, **facts)


def visit(session: Session, s: Scene, now: datetime) -> None:
    """Whoever does something in the cabinet has read his notices."""
    delivery.read(session, s.applicant.user_id or 0, now)


Step = Callable[[Session, Scene, datetime], None]
STEPS: dict[str, Step] = {
    "draft": draft,
    "reply": reply,
    "correct": correct,
    "ask": ask,
    "accept": accept,
    "return": moves("return", Role.OPERATOR),
    "redirect": moves("redirect", Role.OPERATOR),
    "withdraw": moves("withdraw", Role.APPLICANT),
    "design": design,
    "send": send,
    "back": back,
    "approve": approve,
    "refuse": refuse,
    "revise": moves("revise_offer", Role.ENGINEER),
    "pay": pay,
    "decline": decline,
    "expire": expire,
    "grid": moves("report_grid_works", Role.ENGINEER),
    "own": moves("report_own_works", Role.APPLICANT),
    "fail": inspected(False),
    "pass": inspected(True),
    "meter": meter,
    "energise": moves("energise", Role.INSPECTOR),
    "supply": moves("note_supply_contract", Role.OPERATOR),
    "remark": moves("remark", Role.APPLICANT),
    "fix": moves("remove_remarks", Role.OPERATOR),
    "suspend": moves("suspend", Role.MANAGER),
    "terminate": moves("terminate", Role.MANAGER),
    "ask_question": ask_question,
    "answer": answer,
    "tell": tell,
    "resend": resend,
}
