"""Registration: the kind of person, his card, the code or the letter. Every fault stands beside its field, what was typed
stays. Whether somebody is registered is never told here."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from dashboard import session
from dashboard.faults import sentence_of
from dashboard.public import captcha, card_form, forms, hashing
from dashboard.public.entry import sender
from dashboard.public.limits import count
from dashboard.public.pages import render
from dashboard.public.registration_end import form_of
from infra import clock, profiles
from infra.database import database
from infra.wording import N_, _
from models.people import actions as people
from models.people import card, consents, registration
from models.people.tables import PersonKind
from models.process.errors import FeederError, Invalid, NotFound, TooMany

router = APIRouter()
KINDS = {
    PersonKind.INDIVIDUAL: N_("An individual"),
    PersonKind.LEGAL_ENTITY: N_("A legal entity"),
    PersonKind.ENTREPRENEUR: N_("An individual entrepreneur"),
}
_TOO_QUIET = 2  # registrations from one address within the hour before a tick is not enough (row J-051)
Handle = Annotated[str, Query(max_length=100)]


@router.get("/registration")
def choose(request: Request) -> Response:
    """One kind of person: his card at once; several: a button each (row G-08)."""
    kinds = profiles.cabinet().registration.kinds
    if len(kinds) == 1:
        return _page(request, kinds[0], {})
    return render(request, "registration-kind.html", kinds=[(k.value, _(KINDS[k])) for k in kinds])


@router.get("/registration/{kind}")
def form(request: Request, kind: PersonKind) -> Response:
    _known(kind)
    return _page(request, kind, {})


@router.post("/registration/{kind}")
async def register(request: Request, kind: PersonKind) -> Response:
    _known(kind)
    return await run_in_threadpool(_register, request, await form_of(request), kind)


def _register(request: Request, form: FormData, kind: PersonKind) -> Response:
    typed = {name: str(value)[:400] for name, value in form.items()}
    told, wordings = profiles.card(kind), profiles.consents()
    ticked = [w for w in wordings if f"consent_{w.kind}" in form]
    values, faults = card.check(told, typed, clock.today())
    faults += _unanswered(typed) + consents.missing(wordings, [w.kind for w in ticked])
    try:
        forms.check(request, typed.get("csrf", ""))
        if typed.pop("renew", ""):  # «Обновить код безопасности»: what was typed stays
            return _page(request, kind, typed | {"riddle": "", "captcha": ""}, picture=typed.get("picture") == "yes")
        if not faults:  # who has yet to fill in the card may try as often as he needs
            count(request, "register")
    except FeederError as error:
        return _page(request, kind, typed, [], error)
    if not faults:
        faults, asked = _riddle(request, typed)
        if asked:
            return _page(request, kind, typed, faults, picture=True)
    if faults:
        return _page(request, kind, typed, faults, picture=typed.get("picture") == "yes")
    with hashing.place():
        hashed = hashing.hash_password(typed["password"])
    return _promise(request, kind, told, values, hashed, ticked, typed.get("csrf", ""))


def _unanswered(typed: Mapping[str, str]) -> list[Invalid]:
    """An empty answer is told with the other faults; a given one is looked at when all else is right: it counts once."""
    kind = profiles.cabinet().registration.captcha
    if kind == "tick" and typed.get("picture") != "yes":
        return [] if typed.get("robot") == "no" else [Invalid("robot", N_("Tick this box"))]
    return [] if kind == "none" or typed.get("captcha", "").strip() else [Invalid("captcha", N_("Write the answer"))]


def _riddle(request: Request, typed: Mapping[str, str]) -> tuple[list[Invalid], bool]:
    """(faults, whether a picture is asked for now). A tick is enough only from a quiet address (row J-051)."""
    kind = profiles.cabinet().registration.captcha
    if kind == "none":
        return [], False
    picture = typed.get("picture") == "yes"
    if kind == "tick" and not picture:
        with database().transaction() as db:
            quiet = people.tries(db, "register", session.origin_of(request), clock.now()) <= _TOO_QUIET
        return [], not quiet
    try:
        with database().transaction() as db:
            captcha.check(db, "picture" if kind == "tick" else kind, typed.get("riddle", ""), typed.get("captcha", ""))
    except Invalid as wrong:
        captcha.spend(typed.get("riddle", ""))
        return [wrong], picture
    return [], False


def _promise(
    request: Request,
    kind: PersonKind,
    told: card.Card,
    values: Mapping[str, str],
    hashed: str,
    ticked: list[consents.Wording],
    browser: str,
) -> Response:
    how = profiles.cabinet().registration.confirm
    by_code = how == "code" or (how == "channel" and values.get("channel") == "phone")
    with database().transaction() as db:
        made = registration.begin(
            db, kind, values, told.login, hashed, ticked, clock.now(), sender(), with_code=by_code, browser=browser
        )
    return RedirectResponse(f"/registration/{'code' if by_code else 'sent'}?h={made.handle}", 303)


def _page(
    request: Request,
    kind: PersonKind,
    typed: Mapping[str, str],
    faults: list[Invalid] | None = None,
    error: FeederError | None = None,
    *,
    picture: bool = False,
) -> Response:
    told = profiles.cabinet().registration
    riddle = _given_riddle(typed, faults or [], picture)
    sections = card_form.sections(kind, typed, faults or [])
    status = 200 if not typed else 429 if isinstance(error, TooMany) else 422
    if isinstance(error, forms.StaleForm):
        status = 403
    return render(
        request,
        "registration.html",
        status,
        kind=kind.value,
        several=len(told.kinds) > 1,
        kind_name=_(KINDS[kind]),
        sections=sections,
        labels=card_form.labels(sections) | {"captcha": _("Security code"), "robot": _("I am not a robot")},
        errors=card_form.errors(faults or []),
        said=sentence_of(error) if error else "",
        consents=[(w, f"consent_{w.kind}" in typed) for w in profiles.consents()],
        riddle=riddle,
        answer="" if any(f.field == "captcha" for f in faults or []) else typed.get("captcha", ""),
        tick=told.captcha == "tick",
        ticked=typed.get("robot") == "no",
        picture=picture,
        told=told,
    )


def _given_riddle(typed: Mapping[str, str], faults: list[Invalid], picture: bool) -> captcha.Riddle | None:
    """A riddle that was not looked at yet stays; a used one is replaced."""
    kind = profiles.cabinet().registration.captcha
    if kind == "none" or (kind == "tick" and not picture):
        return None
    kind = "picture" if kind == "tick" else kind
    used = any(f.field == "captcha" for f in faults)
    return captcha.fresh(kind) if used else captcha.again(kind, typed.get("riddle", ""))


def _known(kind: PersonKind) -> None:
    if kind not in profiles.cabinet().registration.kinds:
        raise NotFound
