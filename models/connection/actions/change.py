"""Verbs on changes of a running contract: ask for one, make its agreement anew. Each checks the right and what was typed,
changes rows, flushes, never commits."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlmodel import Session, select

from models.connection import agreements, form, queries, rules
from models.connection.moving import lock, move, ready
from models.connection.tables import Application, Category, Change, ChangeKind
from models.payment.returns import typed_sum
from models.people.tables import User
from models.process.actor import Actor, Role
from models.process.errors import Invalid, NotAllowed
from models.process.typed import whole
from models.process.words import N_


def ask_change(
    session: Session, case_id: int, actor: Actor, kind: str, values: Mapping[str, Any], reason: str, now: datetime
) -> Change:
    """Ask to change a running contract. values: extension {years}, power {power_kw} or, of several points of connection,
    {points: kW of each}, fee {project_net, project_basis}, owner {login}, termination {costs}.

    Raises Invalid beside the field: "kind", "reason", "years", "power_kw", "points", "project_net", "project_basis",
    "login", "costs"; NotAllowed where staff alone may ask."""
    case = lock(session, case_id, actor)
    ready(session, case, "ask_change", actor, now)
    if kind not in list(ChangeKind):
        raise Invalid("kind", "Choose what is to be changed")
    if not reason.strip():
        raise Invalid("reason", "Write the reason: the other side will read it")
    checked = _CHECKS[ChangeKind(kind)](session, case, actor, values, now)
    row = Change(
        application_id=case_id, kind=kind, values=checked, reason=reason.strip(), asked_by=actor.person, asked_at=now
    )
    session.add(row)
    session.flush()
    move(session, case, "ask_change", actor, now, changes={"kind": kind} | checked, checked=True)
    return row


def remake_change(
    session: Session,
    case_id: int,
    actor: Actor,
    values: Mapping[str, Any],
    ground: str,
    reason: str,
    now: datetime,
) -> Change:
    """Make the agreement of the open change anew, as its next version: after a signing that was declined or has expired, or
    because its text has to be another. `values` as in `ask_change`, nothing: they stay; `ground`: what the paper says of
    why, nothing: as asked. The old paper is replaced, its envelope cancelled with `reason`.

    Raises Invalid beside the field and for "reason", NotReady when both have signed."""
    case = lock(session, case_id, actor)
    ready(session, case, "remake_change", actor, now)
    row = queries.change(session, case_id)
    assert row is not None, "the needs of the move see to it"
    if not reason.strip():
        raise Invalid("reason", "Write the reason: the applicant will read it")
    checked = _CHECKS[ChangeKind(row.kind)](session, case, actor, values, now) if values else row.values
    told: dict[str, Any] = {"ground": [row.reason, ground.strip()]} if ground.strip() not in ("", row.reason) else {}
    told |= {n: [row.values.get(n), v] for n, v in checked.items() if row.values.get(n) != v}
    row.values, row.reason = checked, ground.strip() or row.reason
    session.add(row)
    session.flush()
    changed = {"kind": row.kind} | told
    move(session, case, "remake_change", actor, now, reason=reason, changes=changed, checked=True)
    return row


# ------------------------------------------------------------------------------------------------ what was typed
def _years(session: Session, case: Application, _: Actor, values: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    most = queries.most_years(session, now.astimezone(queries.zone_of(session, case)).date())
    typed = whole(values.get("years"))
    if typed is None or not agreements.years_of(session, case) < typed <= most:
        told = "Technical conditions are valid from %(least)s to %(most)s years (п. 24): choose more years than now"
        raise Invalid("years", told, least=rules.LEAST_YEARS, most=most)
    return {"years": typed}


def _kw(session: Session, case: Application, _: Actor, values: Mapping[str, Any], __: datetime) -> dict[str, Any]:
    """The category must stay: another one is another application. Where the application has several points of connection
    the power of each is told, and their sum is the whole."""
    if case.energised_at is not None:
        raise Invalid("power_kw", "The voltage is on: another power is asked for by a new application")
    parts = _of_points(session, case, values.get("points")) if case.points > 1 else []
    typed = sum(parts, Decimal(0)) - case.prior_kw if parts else form.kilowatts(str(values.get("power_kw", "")))
    if typed is None or not 0 < typed <= int(form.MOST_KW) or (typed == case.power_kw and not parts):
        raise Invalid("power_kw", "Power is a number of kW from %(low)s to %(high)s, for example 15 or 7,5", low="0.1", high=form.MOST_KW)  # fmt: skip
    if case.category == Category.REDISTRIBUTE and typed > case.power_kw:
        raise Invalid("power_kw", "The other consumer gives no more than you have agreed on: for more power a new application is needed")  # fmt: skip
    choice = rules.choose(form.told(case, typed), rules.Switches.of(queries.org(session)))
    if choice.category != case.category and case.category not in (Category.TEMP, Category.REDISTRIBUTE):
        raise Invalid("power_kw", "With this power other rules apply: a new application is needed")
    return {"power_kw": str(typed)} | ({"points": [str(kw) for kw in parts]} if parts else {})


def _of_points(session: Session, case: Application, typed: Sequence[Any] | None) -> list[Decimal]:
    """kW of each point, in the order of the conditions; something has to change."""
    found = [form.kilowatts(str(kw)) for kw in typed or ()]
    kws = [kw for kw in found if kw is not None and kw > 0]
    if len(kws) != len(found) or len(kws) != case.points:
        raise Invalid(
            "points",
            "The application has %(count)s points of connection: write the new power of each, above nothing. A point is given up or added by a new application",
            count=case.points,
        )
    if kws == [point.kw for point in agreements.points_of(session, case)]:
        raise Invalid("points", "These are the powers that stand already: change at least one")
    return kws


def _project(
    session: Session, case: Application, actor: Actor, values: Mapping[str, Any], _: datetime
) -> dict[str, Any]:
    """The regulator's fee of an individual project, without VAT, and its decision (п. 30(5)); staff tell it."""
    if not actor.is_staff:
        raise NotAllowed(move=N_("Write down the fee of an individual project"))
    net = typed_sum(str(values.get("project_net") or ""), "project_net")
    basis = str(values.get("project_basis") or "").strip()
    if not basis:
        raise Invalid("project_basis", "Write the decision of the regulator: its number and day")
    return {"project_net": str(net), "project_basis": basis}


def _successor(
    session: Session, case: Application, _: Actor, values: Mapping[str, Any], __: datetime
) -> dict[str, Any]:
    login = str(values.get("login", "")).strip()
    user = session.exec(select(User).where(User.login == login, User.role == Role.APPLICANT)).first()
    if user is None or user.id == case.applicant_id:
        raise Invalid("login", "The new owner needs a cabinet of his own: write its login")
    return {"user_id": user.id, "name": user.name}


def _costs(session: Session, case: Application, actor: Actor, values: Mapping[str, Any], _: datetime) -> dict[str, Any]:
    """What the grid company has spent already is named by its staff only."""
    typed = str(values.get("costs") or "0") if actor.is_staff else "0"
    return {"costs": str(typed_sum(typed, "costs", least=Decimal(0)))}


_CHECKS = {
    ChangeKind.EXTENSION: _years,
    ChangeKind.POWER: _kw,
    ChangeKind.FEE: _project,
    ChangeKind.OWNER: _successor,
    ChangeKind.TERMINATION: _costs,
}
