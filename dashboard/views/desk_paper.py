"""An application brought on paper: staff type it in for a person, with the scan of what he signed. The same checks as his own
form; evidence is the handwritten signature."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import streamlit as st

from dashboard import files, menu, parts, session
from dashboard.views import desk_stages
from dashboard.views.desk_form import Form
from dashboard.views.filing_object import LARGE, whole_kw
from dashboard.views.filing_words import Ask, Kind, asks_of, kept, parts_of
from infra import clock, storage
from infra.keys import vault_keys
from infra.wording import N_, _
from models.connection import form as application
from models.connection import queries as cases
from models.connection.rules import CATEGORY_NAMES, papers_wanted
from models.connection.tables import Application, Category
from models.connection.wanted import Paper
from models.desk import paper, queries
from models.desk.paper import SCAN, Counter, File
from models.desk.rules import CLERKS
from models.document.actions import check_file
from models.people import queries as people
from models.people.tables import PERSON_KINDS, PersonKind
from models.process.errors import Invalid, ManyInvalid
from signatures.secrets import Vault

ENTRY = menu.Entry("paper", N_("Application on paper"), order=22, roles=CLERKS)


def page() -> None:
    who = session.current()
    parts.show(parts.head(_("Application on paper"), _("Typed in for a person who came with papers. The term counts from the registration, evidence is his signature on paper.")))  # fmt: skip
    form = Form("paper", sticky=True)
    branch = _branch(who, form)
    kinds = list(PERSON_KINDS)
    kind = st.radio(_("Who applies"), kinds, format_func=lambda k: _(PERSON_KINDS[k]), horizontal=True, key=form.field("kind"))  # fmt: skip
    form.beside("kind")
    kind = kind or PersonKind.INDIVIDUAL
    _usual_supplier(who, form, kind)
    values, passport = _asked(form, kind)
    _known(who, kind, values)
    given = _files(form, kind, values)
    counter = _counter(form)
    if form.faults:
        parts.show(parts.p(_("Marked fields: %(count)s. What you typed is kept.") % {"count": form.faults}))
    if st.button(_("Register the application"), type="primary", key="paper-send"):
        with form.sending():
            case_id = _send(branch, values | {"kind": kind}, passport, given, counter)
            parts.said(_("The application is registered: its number comes within a minute"))
            menu.go("case", id=case_id)
        parts.error_box(_("Check the marked fields"))


def _branch(who: session.Who, form: Form) -> int:
    with session.reading(who) as db:
        names = {b.id or 0: b.name for b in people.branches(db)}
    ids = list(names)
    own = ids.index(who.actor.branch_id) if who.actor.branch_id in names else 0
    return st.selectbox(_("Branch"), ids, own, format_func=lambda i: names[i], key=form.field("branch"), width=320)


# ------------------------------------------------------------------------------------------------ fields
def _usual_supplier(who: session.Who, form: Form, kind: str) -> None:
    """The guaranteeing supplier of this place is filled in; another one may be typed."""
    key = form.field(f"{kind}-supplier")
    if key not in st.session_state:
        with session.reading(who) as db:
            st.session_state[key] = str(cases.org(db).get("supplier", {}).get("name", ""))


def _asked(form: Form, kind: str) -> tuple[dict[str, Any], dict[str, str]]:
    """Everything the applicant's own form asks for what is typed so far: (values of the draft, passport as typed)."""
    today = clock.today()
    values: dict[str, Any] = {}
    passport: dict[str, str] = {}
    for step in ("who", "object"):
        for part in parts_of(step, kind, today, _typed(form, kind)):
            with st.container(key=f"card-paper-{part.asks[0].name}"):
                parts.show(parts.h2(_(part.title)))
                for pair in _pairs(part.asks):
                    _row(form, pair, kind, values, passport)
    if whole_kw(values) > LARGE:
        values["power_stages"] = desk_stages.rows(form)
    return values, passport


def _typed(form: Form, kind: str) -> dict[str, Any]:
    """As the last run left it: what is asked follows from it."""
    names = {ask.name for step in ("who", "object") for ask in asks_of(step, kind, clock.today())}
    return {n: st.session_state.get(form.field(f"{kind}-{n}"), USUAL.get(n, "")) for n in names} | {"kind": kind}


def _row(form: Form, pair: Sequence[Ask], kind: str, values: dict[str, Any], passport: dict[str, str]) -> None:
    columns = st.columns(2, gap="medium") if len(pair) == 2 else [st.container()]
    for column, ask in zip(columns, pair, strict=True):
        with column:
            (passport if ask.secret else values)[ask.name] = kept(ask, _draw(form, ask, kind))


def _pairs(asks: Sequence[Ask]) -> list[list[Ask]]:
    """Short fields two in a row."""
    rows: list[list[Ask]] = []
    for ask in asks:
        short = ask.kind in (Kind.TEXT, Kind.DAY) and ask.longest <= 200
        if short and rows and len(rows[-1]) == 1 and rows[-1][0].kind in (Kind.TEXT, Kind.DAY) and rows[-1][0].longest <= 200:  # fmt: skip
            rows[-1].append(ask)
        else:
            rows.append([ask])
    return rows


USUAL = {"reason": "new", "voltage_kv": "0.4", "phases": "3", "reliability": "III", "prior_kw": "0"}


def _draw(form: Form, ask: Ask, kind: str) -> Any:
    label = _(ask.label) + ("*" if ask.required else "")
    key = form.field(f"{kind}-{ask.name}")
    found: Any
    if ask.kind is Kind.TICK:
        found = st.checkbox(label, key=key)
    elif ask.kind in (Kind.CHOICE, Kind.SELECT):
        options = list(ask.options)
        usual = USUAL.get(ask.name)
        at = options.index(usual) if usual in options else None
        say = lambda o: _(ask.options[o])  # noqa: E731
        if ask.kind is Kind.CHOICE:
            found = st.radio(label, options, at, format_func=say, horizontal=True, key=key)
        else:
            found = st.selectbox(label, options, at, format_func=say, placeholder=_("Choose"), key=key)
    elif ask.kind is Kind.AREA:
        found = st.text_area(label, key=key, height=90, max_chars=ask.longest)
    else:
        example = "14.03.1984" if ask.kind is Kind.DAY else ask.example
        found = st.text_input(label, USUAL.get(ask.name, ""), key=key, max_chars=ask.longest, placeholder=example)
    form.beside(ask.name)
    return found


def _known(who: session.Who, kind: str, values: Mapping[str, Any]) -> None:
    """Whether this person has a cabinet already: his application goes there."""
    with session.reading(who) as db:
        found = queries.person(db, kind, str(values.get("snils") or ""), str(values.get("inn") or ""))
    if found is not None:
        parts.show(f"<p>{parts.chip('done', _('has a cabinet'))} {parts.esc(found.name)}, {parts.esc(found.login)}</p>")
    else:
        told = _(
            "No cabinet by this СНИЛС or ИНН yet: one is made, its owner gets in by recovery or a temporary access."
        )
        parts.show(parts.p(told, sub=True))


# ------------------------------------------------------------------------------------------------ papers
def _trial(values: Mapping[str, Any], kind: str) -> Application:
    """What the case would be: its category is known when the power is. Never saved."""
    now = clock.now()
    trial = Application(
        applicant_id=0, branch_id=0, created_at=now, changed_at=now, status_token="", draft={**values, "kind": kind}
    )  # noqa: S106
    with suppress(ManyInvalid):
        application.fill(trial, clock.today(), set(), {})
    return trial


def _files(form: Form, kind: str, values: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Kind of the paper → files chosen; the closed list for the category that follows from what is typed."""
    trial = _trial(values, kind)
    wanted = papers_wanted(
        kind, represented=bool(values.get("represented")), social=trial.social, generation=trial.generation_kw > 0,
        category=trial.category, kept=trial.previous.get("kind") != "nothing", total_kw=trial.power_kw + trial.prior_kw,
    )  # fmt: skip
    with st.container(key="card-paper-files"):
        parts.show(parts.h2(_("Papers")), parts.p(_("PDF, JPG, PNG or DOCX, up to 10 MB each."), sub=True))
        if trial.category:
            parts.show(parts.p(_("Category: %(name)s") % {"name": _(CATEGORY_NAMES[Category(trial.category)])}))
        scan = Paper(SCAN, N_("Scan of the signed application"), "", True)
        return {p.kind: _upload(form, p) for p in (scan, *wanted)}


def _upload(form: Form, wanted: Paper) -> list[Any]:
    label = _(wanted.title) + ("*" if wanted.required else "")
    found = st.file_uploader(label, accept_multiple_files=True, key=form.field(f"file-{wanted.kind}"))
    form.beside(f"file_{wanted.kind}")
    return list(found or [])


def _counter(form: Form) -> tuple[Any, str, bool]:
    with st.container(key="card-paper-counter"):
        parts.show(parts.h2(_("The signature on paper")))
        on = st.date_input(_("Day under the signature"), clock.today(), max_value=clock.today(), format="DD.MM.YYYY", key=form.field("signed_on"), width=220)  # fmt: skip
        form.beside("signed_on")
        mark = st.text_area(_("How you made sure who signed"), key=form.field("mark"), height=80, max_chars=500, placeholder=_("for example: in person, passport checked, original in the folder of the case"))  # fmt: skip
        form.beside("mark")
        consent = st.checkbox(_("Consent to process personal data is signed on paper"), key=form.field("consent"))
        form.beside("consent")
    return on, mark or "", bool(consent)


# ------------------------------------------------------------------------------------------------ sent
def _send(branch: int, values: dict[str, Any], passport: dict[str, str], given: Mapping[str, list[Any]], counter: tuple[Any, str, bool]) -> int:  # fmt: skip
    """Files are checked and stored first, with no transaction open; then everything else in one. Raises ManyInvalid."""
    kept_files = _stored(given)
    on, mark, consent = counter
    values = values | {"consent": "yes" if consent else ""}
    locked = Vault(vault_keys()).lock(passport) if any(passport.values()) else None
    with session.acting() as (db, actor, now):
        case = paper.file(db, branch, values, passport, locked, kept_files, Counter(on, mark), actor, now)
        return case.id or 0


def _stored(given: Mapping[str, list[Any]]) -> list[File]:
    faults: list[Invalid] = []
    found: list[File] = []
    for kind, uploads in given.items():
        for upload in uploads:
            data = upload.getvalue()
            name, media_type = files.clean_name(upload.name), files.sniff(data)
            try:
                check_file(name, media_type, len(data), len(found))
            except Invalid as fault:
                faults.append(Invalid(f"file_{kind}", fault.template, **fault.facts))
                continue
            found.append(File(kind, name, media_type, len(data), storage.storage().put(data)))
    if faults:
        raise ManyInvalid(faults)
    return found
