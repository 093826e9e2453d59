"""What a word of a route does: a click of a person through the actions of the models, and nothing else."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from infra.demo import meters, places
from infra.demo.filing import correct, draft, reply
from infra.demo.scene import Scene
from infra.demo.signed import agree, answer_remarks, ask_longer, dispute, rtn, sign
from infra.demo.words import ANSWERS, DEMANDS, MISSING, QUESTIONS, REASONS, TELLING
from infra.settings import settings
from models.connection import actions, queries
from models.connection.tables import Application, ConditionsState
from models.delivery import actions as delivery
from models.delivery.tables import Letter, LetterState
from models.network import queries as network
from models.payment import actions as payments
from models.payment.tables import OrderState, PaymentOrder
from models.people import actions as people
from models.people.tables import PersonKind
from models.process.actor import SYSTEM, Role


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
    values |= _kind_of_work(session, s, phases, now)
    earlier = queries.conditions(session, s.case_id)
    if earlier is not None and earlier.state != ConditionsState.DRAFT:
        values["note"] = "Точка присоединения уточнена по результатам выезда"
    values |= _further(session, s)
    actions.save_conditions(session, s.case_id, s.desk(Role.ENGINEER), values, now)


def _further(session: Session, s: Scene) -> dict[str, object]:
    """Where several points of connection are asked for, the further ones share half of the power."""
    case = session.get(Application, s.case_id)
    more = case.points - 1 if case else 0
    kw = str(round((s.life.kw + float(s.life.typed.get("prior_kw", 0))) / 2 / max(more, 1), 1))
    return {"more_points": [{"point": f"вторая секция шин, яч. № {n + 2}", "kw": kw} for n in range(more)]}


def _kind_of_work(session: Session, s: Scene, phases: int, now: datetime) -> dict[str, object]:
    """The feeding centre of the branch; for papers issued again, the meter that stands there."""
    case = session.get(Application, s.case_id)
    assert case is not None
    source = places.PLACES[s.life.branch].source
    mine = [c for c in network.centres(session, case.branch_id) if c.name == source]
    found: dict[str, object] = {"centre_id": str(mine[0].id)} if mine else {}
    if s.life.typed.get("reason") == "reissue":
        serial, values = meters.meter(phases, places.breaker(s.life.kw, phases), s.high, now.date(), s.lot("old meter"))
        found |= {"meter": values | {"serial": serial}}
    return found


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


def supply(session: Session, s: Scene, now: datetime) -> None:
    """The supplier has placed a personal account, or a contract for business, or later the acts."""
    case = session.get(Application, s.case_id)
    assert case is not None
    kind = "account" if s.person.kind == PersonKind.INDIVIDUAL else "contract"
    rng = s.lot("supply")
    number = f"47{rng.randint(10**7, 10**8 - 1)}" if kind == "account" else f"{rng.randint(1000, 9999)}-ЭС/26"
    on = now.astimezone(queries.zone_of(session, case)).date()
    told = {"kind": kind, "number": number, "on": on} if actions.awaits_number(session, s.case_id) else {}
    actions.note_supply(session, s.case_id, s.desk(Role.OPERATOR), told, now)


def fault(session: Session, s: Scene, now: datetime) -> None:
    case = session.get(Application, s.case_id)
    assert case is not None
    since = now.astimezone(queries.zone_of(session, case)).date()
    told = "Вечером напряжение падает до 180 В, свет мигает"
    actions.report_fault(session, s.case_id, s.applicant, "quality", since, told, now)


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
        delivery.send_again(session, letter, SYSTEM, now, s.person.email)
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
    "agree": agree,
    "dispute": dispute,
    "answer_remarks": answer_remarks,
    "sign": sign,
    "rtn": rtn,
    "ask_longer": ask_longer,
    "agree_change": moves("accept_change", Role.MANAGER),
    "fee": pay,
    "pay": pay,
    "decline": decline,
    "expire": expire,
    "grid": moves("report_grid_works", Role.ENGINEER),
    "own": moves("report_own_works", Role.APPLICANT),
    "fail": inspected(False),
    "pass": inspected(True),
    "meter": meter,
    "energise": moves("energise", Role.INSPECTOR),
    "supply": supply,
    "fault": fault,
    "remark": moves("remark", Role.APPLICANT),
    "fix": moves("remove_remarks", Role.OPERATOR),
    "suspend": moves("suspend", Role.MANAGER),
    "terminate": moves("terminate", Role.MANAGER),
    "ask_question": ask_question,
    "answer": answer,
    "tell": tell,
    "resend": resend,
}
