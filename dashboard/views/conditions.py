"""The engineer's editor of technical conditions: fields on the left, the sheet on the right, the same words in both.

Every change is saved as a draft; the fee and the term of works follow at once."""

from typing import Any

import streamlit as st
from sqlmodel import Session, col, or_, select

from dashboard import menu, parts, session
from dashboard.views import conditions_draft, conditions_site, conditions_versions, desk_list
from dashboard.views import desk_conditions as words
from dashboard.views.conditions_checks import PLAIN, checks, fee, typed
from dashboard.views.conditions_standard import filled, standard_for
from dashboard.views.desk_case import Sight, sight
from dashboard.views.desk_fee import outcome
from dashboard.views.desk_list import Row
from dashboard.views.desk_parts import clock_chip, naming, to_case
from dashboard.views.desk_sheet import sheet
from documents.wording import NBSP, figure
from infra import clock
from infra.wording import N_, _
from models.connection import actions, effects, papers
from models.connection import queries as cases
from models.connection.rules import LEAST_YEARS, above_low_voltage
from models.connection.tables import Application, ConditionsState, Stage
from models.payment.tables import FeeRate
from models.process.actor import Role
from models.process.errors import NotFound

ENTRY = menu.Entry("conditions", N_("Technical conditions"), order=101, roles=frozenset({Role.ENGINEER}), hidden=True)


def page() -> None:
    who = session.current()
    seen = sight(who)
    to_case(seen.id, seen.case.number or "")
    parts.show(_head(seen))
    if seen.case.stage != Stage.ENGINEERING:
        return parts.show(
            parts.empty(
                _("The conditions are not edited now"),
                _("They are edited while they are being prepared. Open the application to see its stage."),
            )
        )
    with session.reading(who) as db:
        rates = _rates(db, seen.case)
    left, right = st.columns([1, 1.25], gap="medium")
    clash = conditions_draft.look(seen)
    with left:
        place = st.container()
        if seen.conditions and seen.conditions.state == ConditionsState.RETURNED:
            parts.show(parts.card(_("Returned by the approver"), parts.p(seen.conditions.remark)))
        if not clash:
            _standard(seen, rates)
        values = _fields(who, seen, rates)
        saved = None if clash else conditions_draft.save(seen, values)
        if clash:
            with place:
                conditions_draft.ask(seen, values, lambda: _anew(seen))
    with session.reading(who) as db:
        case = db.get(Application, seen.id)
        if case is None:
            raise NotFound
        found = outcome(db, case, clock.today())
        bundle = papers.with_token(effects.bundle(db, case, clock.now()), "")
    with left:
        parts.show(checks(seen.case, values, found), fee(values, found))
        if saved is not None:
            _send(seen, saved)
        conditions_versions.block(seen)
    with right, st.container(key="preview"):
        data = papers.data("conditions", bundle)
        parts.show(sheet("conditions", data, typed(values), _("Preview of the technical conditions")))
    return None


def _head(seen: Sight) -> str:
    c = seen.case
    term = next(
        (
            k
            for k in seen.card.clocks
            if k.rule in ("TP-08", "TP-04X", "TP-04O", "TP-04T") and k.state in ("running", "soon", "late")
        ),
        None,
    )
    sub = f"{c.number} · {c.person.get('name', '')} · {c.object_name}, {figure(c.power_kw)}{NBSP}кВт, {figure(c.voltage_kv)}{NBSP}кВ · {c.object_address}"
    return parts.head(_("Technical conditions"), sub, clock_chip(term) if term else "")


def _rates(db: Session, case: Application) -> list[FeeRate]:
    """Rates of today for the voltage of the case."""
    day = clock.today()
    voltage = "1-20" if above_low_voltage(case) else "0.4"
    query = select(FeeRate).where(
        FeeRate.valid_from <= day,
        or_(col(FeeRate.valid_to).is_(None), col(FeeRate.valid_to) >= day),
        col(FeeRate.voltage).in_([voltage, "*"]),
    )
    return list(db.exec(query))


def _key(seen: Sight) -> str:
    """Of the widgets. A standard set makes them anew: what they held before is not shown again."""
    made = st.session_state.get(f"tu-made-{seen.id}", 0)
    return f"tu-{seen.id}-{made}" if made else f"tu-{seen.id}"


def _standard(seen: Sight, rates: list[FeeRate]) -> None:
    """One click fills what is empty with the standard set of this size of connection."""
    found = standard_for(seen.case)
    if not st.button(_("Fill by the standard: %(name)s") % {"name": _(found.name)}, key="standard"):
        return
    stored = dict(seen.conditions.values) if seen.conditions else {}
    codes = frozenset(words.works_rates(rates))
    conditions_draft.keep(seen, filled(stored, found, codes))
    _anew(seen)
    parts.done(_("Filled by the standard: check every line"))


def _anew(seen: Sight) -> None:
    """Every field begins from what is stored."""
    for name in ("grid", "own", "metering", "points"):
        desk_list.forget(f"{_key(seen)}-{name}")
    st.session_state[f"tu-made-{seen.id}"] = st.session_state.get(f"tu-made-{seen.id}", 0) + 1


def _fields(who: session.Who, seen: Sight, rates: list[FeeRate]) -> dict[str, Any]:
    stored: dict[str, Any] = dict(seen.conditions.values) if seen.conditions else {}
    key = _key(seen)
    with st.container(key="card-fields"):
        chosen = conditions_site.centre(who, seen, key, stored)
        values: dict[str, Any] = chosen | {
            n: st.text_input(_(words.LABELS[n]), str(stored.get(n) or ""), key=f"{key}-{n}") for n in PLAIN
        }
        values |= conditions_site.further(seen, key, stored)
        values |= _site(who, key, stored)
    with st.container(key="card-works"):
        values |= _works(seen, key, stored, rates)
    with st.container(key="card-demands"):
        values |= _demands(seen, key, stored, rates)
    values |= conditions_site.meter(seen, key, stored)
    return stored | values


def _site(who: session.Who, key: str, stored: dict[str, Any]) -> dict[str, Any]:
    with session.reading(who) as db:
        most = cases.most_years(db, clock.today())
    with st.container(horizontal=True):
        distance = st.number_input(
            _("Distance to the plot, m"), 0, 50_000, stored.get("distance_m"), 1, key=f"{key}-distance", width=200
        )
        years = st.number_input(
            _("Valid, years"),
            LEAST_YEARS,
            most,
            min(int(stored.get("years") or LEAST_YEARS), most),
            1,
            key=f"{key}-years",
            width=150,
        )
    marks = {
        "town": _("In a town or a settlement of urban type"),
        "land_relations": _("Land or forest relations are to be settled"),
        "investment_works": _("Works of the investment programme are needed"),
        "adjacent": _("Works of an adjacent grid company are needed"),
    }
    flags = {name: st.checkbox(label, bool(stored.get(name)), key=f"{key}-{name}") for name, label in marks.items()}
    return {"distance_m": int(distance) if distance is not None else None, "years": int(years or 2)} | flags


def _works(seen: Sight, key: str, stored: dict[str, Any], rates: list[FeeRate]) -> dict[str, Any]:
    known = words.works_rates(rates)
    blank: Row = {"what": "", "volume": "", "rate": "", "quantity": ""}
    ready = [
        (words.rate_words(r), {"what": r.title, "volume": "", "rate": code, "quantity": ""})
        for code, r in known.items()
    ]
    grid = desk_list.edit(
        f"{key}-grid",
        _("Works of the grid company"),
        stored.get("grid_works", []),
        lambda k, r: words.grid_work(k, r, known),
        ready=ready,
        blank=blank,
    )
    own_ready = [(w, {"what": w, "volume": ""}) for w in words.OWN_WORKS]
    own = desk_list.edit(
        f"{key}-own",
        _("Works of the applicant"),
        stored.get("own_works", []),
        words.own_work,
        ready=own_ready,
        blank={"what": "", "volume": ""},
    )
    return {"grid_works": [w for w in grid if w["what"].strip()], "own_works": [w for w in own if w["what"].strip()]}


def _demands(seen: Sight, key: str, stored: dict[str, Any], rates: list[FeeRate]) -> dict[str, Any]:
    meters = words.meter_rates(rates)
    usual = "C8.3.3" if above_low_voltage(seen.case) else "C8.3.1" if seen.case.phases == 3 else "C8.1"
    chosen = stored.get("meter_rate") or usual
    codes = list(meters)
    rate = st.selectbox(
        _("Metering point"),
        codes,
        index=codes.index(chosen) if chosen in codes else 0,
        format_func=lambda c: words.rate_words(meters[c]),
        key=f"{key}-meter",
    )
    ready = [(f"{n}: {v}", {"name": n, "value": v}) for n, v in words.METERING]
    metering = desk_list.edit(
        f"{key}-metering",
        _("Demands on metering"),
        stored.get("metering", []),
        words.metering_row,
        ready=ready,
        blank={"name": "", "value": ""},
    )
    breaker = st.number_input(
        _("Input breaker, A"), 6, 1000, int(stored.get("breaker_a") or 25), 1, key=f"{key}-breaker", width=200
    )
    protection = st.text_area(
        _("Protection and quality, one demand a line"),
        "\n".join(stored.get("protection") or [words.PROTECTION]),
        key=f"{key}-protection",
        height=90,
    )
    note = st.text_area(_("Special demands"), str(stored.get("note") or ""), key=f"{key}-note", height=80)
    return {
        "meter_rate": rate or "",
        "metering": [m for m in metering if m["name"].strip()],
        "breaker_a": int(breaker or 25),
        "protection": [line.strip() for line in protection.splitlines() if line.strip()],
        "note": note.strip(),
    }


def _send(seen: Sight, saved: str) -> None:
    if st.button(_("Send for approval"), type="primary", key="submit-conditions"):
        with naming({**words.LABELS, **conditions_site.METER}), session.acting() as (db, actor, now):
            actions.submit_conditions(db, seen.id, actor, now)
        conditions_draft.known(seen.id).clear()
        _anew(seen)
        parts.said(_("The conditions are sent for approval"))
        menu.go("case", id=seen.id)
    told = (
        _("The draft is saved: %(time)s. What you type is marked on the sheet.") % {"time": saved}
        if saved
        else _("The draft is saved by the first change.")
    )
    parts.show(parts.p(told, sub=True))
