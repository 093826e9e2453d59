"""Fee and terms before an application: typed numbers stay in the address, so that an answer can be kept and sent.

No sign-in, no script, nothing personal. «Подать заявку с этими данными» keeps a row and opens the wizard with it."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from dashboard.faults import sentence_of
from dashboard.parts import term
from dashboard.public import forms
from dashboard.public.limits import count
from dashboard.public.pages import render
from documents.wording import figure, money
from infra import clock
from infra.database import database
from infra.wording import N_, _
from models.connection.papers.offer import UNITS
from models.connection.rules import CATEGORY_NAMES
from models.connection.stages import Path
from models.payment import estimates
from models.payment.calculation import Fee, Method
from models.payment.estimates import ASSUMED, START, Answer
from models.process.errors import FeederError, Invalid, ManyInvalid

router = APIRouter()
LONGEST = 40  # characters of a field
WORDS: dict[str, dict[str, str]] = {
    "kind": {
        "individual": N_("an individual"),
        "entrepreneur": N_("an entrepreneur"),
        "legal_entity": N_("an organisation"),
    },
    "use": {"household": N_("household needs"), "business": N_("business")},
    "voltage": {"0.4": N_("0.4 kV: a house, a shop"), "10": N_("10 kV: an own substation")},
    "phases": {"3": N_("three, 380 V"), "1": N_("one, 220 V")},
    "place": {"country": N_("a village, outside a town"), "town": N_("a town")},
    "reliability": {
        "III": N_("third: houses, shops, farms"),
        "II": N_("second: two sources"),
        "I": N_("first: two sources and a reserve"),
    },
    "line": {"air": N_("an overhead line"), "cable": N_("a cable"), "none": N_("none: the grid stands at the plot")},
}
METHODS: dict[Method, str] = {
    Method.STANDARD: N_("By standardised rates: conditions, line, meter"),
    Method.BY_POWER: N_("By the rate for a kW of maximum power"),
    Method.PREFERENTIAL: N_("By the preferential rate for a kW: it is less than the standardised rates"),
    Method.FLOOR: N_("By the preferential rate, raised to what the Rules put under it"),
    Method.SOCIAL: N_("By the social rate for a kW"),
    Method.NO_LAST_MILE: N_("Near the grid and up to 150 kW: the line is not paid for"),
    Method.MICRO: N_("Micro-generation by the cheaper of both ways"),
    Method.INCREASE: N_("More power: conditions and a meter only"),
    Method.INDIVIDUAL: N_("By an individual project"),
    Method.REISSUE: N_("Papers made anew"),
}


@router.get("/calculator")
def calculator(request: Request) -> Response:
    typed = {name: request.query_params.get(name, "")[:LONGEST] for name in START}
    if not request.query_params:
        return _page(request, dict(START))
    return _answered(request, typed)


def _answered(request: Request, typed: Mapping[str, str]) -> Response:
    """The form with what it comes to, or with a word beside every field that is wrong; nothing typed is lost."""
    shown = {name: typed.get(name, "") for name in START}
    try:
        found = _answer(typed)
    except ManyInvalid as many:
        return _page(request, shown, errors={f.field: sentence_of(f) for f in many.errors}, status=422)
    except Invalid as fault:
        return _page(request, shown, errors={_FIELDS.get(fault.field, "kw"): sentence_of(fault)}, status=422)
    return _page(request, shown, found=found)


_FIELDS = {
    "reliability": "reliability",
    "sources": "reliability",
    "purpose": "use",
    "power_kw": "kw",
    "generation_kw": "generation",
}


def _answer(typed: Mapping[str, str]) -> Answer:
    asked = estimates.read(typed)
    with database().transaction() as session:
        return estimates.answer(session, asked, clock.now().astimezone(clock.zone()).date())


@router.post("/calculator/apply")
async def apply(request: Request) -> Response:
    form = {name: str(value)[:200] for name, value in (await request.form()).items()}
    return await run_in_threadpool(_apply, request, form)


def _apply(request: Request, form: Mapping[str, str]) -> Response:
    """Keep the estimate and open the wizard with it; whoever is not signed in signs in first."""
    typed = {name: form.get(name, "")[:LONGEST] for name in START}
    try:
        forms.check(request, form.get("csrf", ""))
        count(request, "estimate")
        found = _answer(typed)
    except (ManyInvalid, Invalid):
        return _answered(request, typed)
    with database().transaction() as session:
        row = estimates.keep(session, found.asked, found.fee.total if found.fee else estimates.MOST_KW * 0, clock.now())
        token = row.token
    return RedirectResponse(f"/filing?estimate={token}", 303)


# ------------------------------------------------------------------------------------------------ what the page shows
def _page(
    request: Request,
    typed: Mapping[str, str],
    *,
    errors: Mapping[str, str] | None = None,
    found: Answer | None = None,
    status: int = 200,
) -> Response:
    told = _told(found) if found else None
    return render(request, "calculator.html", status, typed=typed, errors=errors or {}, words=WORDS, found=told)


def _told(found: Answer) -> dict[str, Any]:
    choice = found.choice
    why = _(choice.why) % {k: figure(v) for k, v in choice.facts.items()} if choice.facts else _(choice.why)
    return {
        "category": _(CATEGORY_NAMES[choice.category]),
        "why": why,
        "paragraph": choice.paragraph,
        "path": _("Through the cabinet: the contract is concluded by the first payment")
        if choice.path == Path.X
        else _("By a contract that both sides sign"),
        "fee": _fee(found.fee) if found.fee else None,
        "fault": _fault(found.fault),
        "shares": [
            (f"{figure(p.percent)}\u00a0%", money(p.amount), _when(p.event, p.offset, p.unit)) for p in found.shares
        ],
        "offer": (term(found.offer.length or 0, found.offer.unit), found.offer.basis) if found.offer else None,
        "works": (term(found.works[1], found.works[2]), found.works[0].basis) if found.works else None,
        "assumed": _(ASSUMED[found.asked.line]),
    }


def _fault(error: FeederError | None) -> str:
    return sentence_of(error) if error else ""


def _fee(fee: Fee) -> dict[str, Any]:
    lines = [
        (
            ln.code,
            ln.title,
            f"{figure(ln.quantity)}\u00a0{UNITS.get(ln.unit, ln.unit)}",
            money(ln.price),
            money(ln.amount),
        )
        for ln in fee.lines
    ]
    others = [
        (_("By standardised rates"), fee.standard_total),
        (_("By the preferential rate for a kW"), fee.preferential_total),
        (_("By the rate for a kW of maximum power"), fee.by_power_total),
        (_("The least by п. 17(4)"), fee.floor_total),
    ]
    return {
        "total": money(fee.total),
        "vat": money(fee.vat),
        "net": money(fee.net),
        "vat_percent": figure(fee.vat_percent),
        "with_vat": fee.with_vat,
        "method": _(METHODS[fee.method]),
        "ground": fee.ground,
        "basis": fee.basis,
        "lines": lines,
        "others": [(name, money(value)) for name, value in others if value is not None and value != fee.total],
    }


_EVENTS = {
    "invoice.placed": N_("after the invoice is placed"),
    "act_or_notice.placed": N_("after the act or notice"),
    "contract.concluded": N_("after the contract"),
}


def _when(event: str, offset: int, unit: str) -> str:
    return f"{term(offset, unit)} {_(_EVENTS.get(event, event))}"
