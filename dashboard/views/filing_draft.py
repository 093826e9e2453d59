"""One draft as the wizard sees it: read once a run, checked whole by the rules of the form, saved as it is typed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st
from sqlmodel import Session, select

from dashboard import menu, session
from dashboard.faults import sentence_of
from dashboard.views import represent_filing
from dashboard.views.filing_words import STEPS, Ask, asks_of, kept, shown, step_of
from infra import clock
from infra.keys import vault_keys
from models.connection import actions, form, queries, rules
from models.connection.moving import lock
from models.connection.rules import Choice, Paper, Switches, papers_wanted
from models.connection.tables import OPEN_STAGES, Application, Category, Path, Stage
from models.document.queries import attachments
from models.document.tables import Attachment
from models.people import queries as people
from models.people import represent_queries as powers
from models.people.represent_tables import Act
from models.people.tables import PersonKind, User
from models.process.errors import Invalid, ManyInvalid, NotFound
from signatures.secrets import Vault


@dataclass(frozen=True)
class Sheet:
    """A draft, its files, the passport as typed, and every fault of it by field (in the reader's words)."""

    case: Application
    files: Sequence[Attachment]
    passport: dict[str, str]
    today: date
    zone: ZoneInfo
    faults: dict[str, str]
    trial: Application  # what the case would be: its category is known when the power is
    choice: Choice | None  # why this category: words, paragraph
    offer_days: int | None  # working days of the grid company up to the offer, by the rules of today
    alike: Application | None  # another open application of this person for the same object

    @property
    def id(self) -> int:
        return self.case.id or 0

    @property
    def kind(self) -> str:
        return str(self.case.draft.get("kind") or PersonKind.INDIVIDUAL)

    def value(self, ask: Ask) -> Any:
        return (self.passport if ask.secret else self.case.draft).get(ask.name)

    def papers(self) -> tuple[Paper, ...]:
        """The closed list for what is typed so far."""
        return wanted(self.case, self.trial)

    def faults_of(self, step: str) -> dict[str, str]:
        return {name: said for name, said in self.faults.items() if step_of(name, self.kind, self.today) == step}


def wanted(case: Application, trial: Application) -> tuple[Paper, ...]:
    """The closed list of papers for what is typed; `trial`: what the case would be."""
    return papers_wanted(
        str(case.draft.get("kind") or PersonKind.INDIVIDUAL),
        represented=bool(case.draft.get("represented")),
        social=trial.social,
        generation=trial.generation_kw > 0,
        category=trial.category,
        kept=case.draft.get("reissue_kind") != "nothing",
        total_kw=trial.power_kw + trial.prior_kw,
    )


def load(who: session.Who) -> Sheet:
    """The draft named in the address. One that has been sent opens as a card. Raises NotFound."""
    case_id = menu.number("id")
    now = clock.now()
    with session.reading(who) as db:
        case = db.get(Application, case_id)
        if case is None:
            raise NotFound
        zone = queries.zone_of(db, case)
        files = attachments(db, case_id)
        norms = queries.rules_today(db, now.astimezone(zone).date())
        switches = queries.switches(db, now.astimezone(zone).date())
        mine = queries.of_applicant(db, case.applicant_id)
    if case.stage != Stage.DRAFT:
        menu.go("application", id=case_id)
    passport = Vault(vault_keys()).open(case.passport) if case.passport else {}
    today = now.astimezone(zone).date()
    trial, faults = check(case, today, files, passport, switches)
    choice = _chosen(trial, switches)
    rule = norms.get(_OFFER.get(choice.category, _BY_PATH[choice.path])) if choice else None
    days = rule.length if rule and rule.unit == "wd" else None
    return Sheet(case, files, passport, today, zone, faults, trial, choice, days, _alike(case, mine))


_BY_PATH = {Path.X: "TP-04X", Path.ORDINARY: "TP-04O"}
_OFFER = {Category.TEMP: "TP-04T", Category.REISSUE: ""}


def _chosen(trial: Application, switches: Switches) -> Choice | None:
    """Explained only when the whole is clear: then the trial has its category."""
    if trial.category is None:
        return None
    try:
        return rules.choose(form.told(trial), switches)
    except Invalid:
        return None


def _alike(case: Application, mine: Sequence[Application]) -> Application | None:
    """What the desk would return as filed twice: an open application for the same plot or the same address."""
    plot, place = str(case.draft.get("cadastre") or ""), str(case.draft.get("object_address") or "").strip().lower()
    for other in mine:
        if other.id == case.id or other.stage not in OPEN_STAGES:
            continue
        if (plot and other.cadastre == plot) or (place and other.object_address.strip().lower() == place):
            return other
    return None


def check(
    case: Application,
    today: date,
    files: Sequence[Attachment],
    passport: dict[str, str],
    switches: Switches | None = None,
) -> tuple[Application, dict[str, str]]:
    """The form's own check on a copy: the case filled as far as it goes, and the first fault of every field."""
    trial = Application(
        applicant_id=case.applicant_id,
        branch_id=case.branch_id,
        created_at=case.created_at,
        changed_at=case.changed_at,
        status_token="",
        draft=case.draft,
    )
    faults: dict[str, str] = {}
    try:
        form.fill(trial, today, {f.kind for f in files}, passport, switches)
    except ManyInvalid as found:
        for fault in found.errors:
            faults.setdefault(fault.field, sentence_of(fault))
    return trial, faults


# ------------------------------------------------------------------------------------------------ saving as it goes
def widget(case_id: int, name: str) -> str:
    return f"filing-{case_id}-{name}"


def _known(case_id: int, name: str) -> str:
    """Where this session keeps what it last read or saved: another tab's newer value is never overwritten by a stale one."""
    return f"known-{case_id}-{name}"


def remember(case_id: int, ask: Ask, value: Any) -> None:
    st.session_state[_known(case_id, ask.name)] = value


def collect(who: session.Who) -> None:
    """Save what has been typed since the last run. To be called before anything is read."""
    case_id = menu.number("id")
    state = st.session_state
    kind = state.get(f"kind-{case_id}")
    if kind is None:
        return
    today = clock.now().astimezone(clock.zone()).date()
    changed: dict[str, Any] = {}
    secret: dict[str, Any] = {}
    for ask in (a for s in STEPS for a in asks_of(s, kind, today)):
        key, known = widget(case_id, ask.name), _known(case_id, ask.name)
        if key in state and known in state and state[key] != state[known]:
            (secret if ask.secret else changed)[ask.name] = kept(ask, state[key])
            state[known] = state[key]
    if changed or secret:
        save(case_id, changed, secret)


def save(case_id: int, values: dict[str, Any], secret: dict[str, Any] | None = None) -> None:
    """Keep values of the draft; passport fields go through the vault together with those kept before."""
    with session.acting() as (db, actor, now):
        passport = None
        if secret:
            vault = Vault(vault_keys())
            case = lock(db, case_id, actor)
            before = vault.open(case.passport) if case.passport else {}
            passport = vault.lock(before | secret)
        actions.save_draft(db, case_id, actor, values, now, passport)


def initial(sheet: Sheet, ask: Ask) -> str:
    return shown(ask, sheet.value(ask))


# ------------------------------------------------------------------------------------------------ beginning
def begin(branch_id: int, copy_of: int | None = None, principal: int | None = None) -> int:
    """A new draft of the signed-in person, or of the principal for whom he may apply; or an untouched one of a moment ago:
    a double click makes one."""
    with session.acting() as (db, actor, now):
        earlier = db.get(Application, copy_of) if copy_of else None
        if copy_of and earlier is None:
            raise NotFound
        applicant = earlier.applicant_id if earlier is not None else principal or actor.person
        powers.need(db, applicant, None, actor, Act.FILE, at=now)
        user = db.get(User, applicant, with_for_update=True)
        if user is None:
            raise NotFound
        if not any(b.id == branch_id for b in people.branches(db)):
            raise Invalid("branch", "Choose where the object stands")
        fresh = _untouched(db, user, branch_id, now) if earlier is None else _copied(db, user, earlier, now)
        if fresh is not None:
            return fresh.id or 0
        case = actions.begin(db, user, branch_id, now, earlier)
        represent_filing.prepare(db, case, actor, earlier, now)
        return case.id or 0


def _untouched(db: Session, user: User, branch_id: int, now: datetime) -> Application | None:
    mine = select(Application).where(Application.applicant_id == user.id, Application.stage == Stage.DRAFT)
    return next(
        (c for c in db.exec(mine) if c.branch_id == branch_id and c.changed_at == c.created_at and _young(c, now)), None
    )


def _copied(db: Session, user: User, earlier: Application, now: datetime) -> Application | None:
    mine = select(Application).where(Application.applicant_id == user.id, Application.stage == Stage.DRAFT)
    return next((c for c in db.exec(mine) if c.draft.get("copy_of") == earlier.id and _young(c, now)), None)


def _young(case: Application, now: datetime) -> bool:
    return (now - case.created_at).total_seconds() < 60
