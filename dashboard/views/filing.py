"""The application's form in five steps. Saved as it is typed, goes on on another device, loses nothing (D-15, G-20…G-24)."""

import streamlit as st

from dashboard import menu, parts, session
from dashboard.faults import sentence_of
from dashboard.views import filing_consent, filing_papers, filing_sign, filing_stages, filing_start
from dashboard.views.filing_draft import Sheet, collect, load, save
from dashboard.views.filing_fields import dress, fault_links, section
from dashboard.views.filing_power import category_box
from dashboard.views.filing_words import STEP_NAMES, STEPS, asks_of, parts_of
from infra.wording import N_, _
from models.connection import actions
from models.people.tables import PERSON_KINDS, PersonKind
from models.process.errors import NotReady

ENTRY = menu.Entry("filing", N_("Application for connection"), order=110, roles=menu.APPLICANT, hidden=True)


def page() -> None:
    who = session.current()
    menu.link("applications", _("My applications"))
    if "id" not in st.query_params:
        return filing_start.page(who)
    try:
        collect(who)
    except NotReady as late:  # sent or thrown away in another window while its fields stood open here
        parts.error_box(sentence_of(late))
        return menu.link("application", _("Open the application"), id=menu.number("id"))
    sheet = load(who)
    st.session_state[f"kind-{sheet.id}"] = sheet.kind
    step = _step(sheet)
    dress()
    _head(sheet, step)
    if _tried(sheet, step):
        summary(sheet, step)
    _BODIES[step](sheet)
    return _foot(sheet, step)


# ------------------------------------------------------------------------------------------------ where we are
def _step(sheet: Sheet) -> str:
    """Kept in the draft: another device opens the same step. A window that is open already stays where it is."""
    kept = sheet.case.draft.get("step")
    return str(st.session_state.setdefault(f"step-{sheet.id}", kept if kept in STEPS else STEPS[0]))


def go(sheet: Sheet, step: str) -> None:
    """To another step. Raises the control flow of a rerun."""
    st.session_state[f"step-{sheet.id}"] = step
    save(sheet.id, {"step": step})
    st.rerun()


def _tried(sheet: Sheet, step: str) -> bool:
    return bool(st.session_state.get(f"tried-{sheet.id}-{step}"))


def mark_tried(sheet: Sheet, *steps: str) -> None:
    for step in steps:
        st.session_state[f"tried-{sheet.id}-{step}"] = True


def _head(sheet: Sheet, step: str) -> None:
    at = STEPS.index(step)
    items = "".join(_bar(sheet, n, at) for n in range(len(STEPS)))
    title = sheet.case.draft.get("object_name") or _("New application")
    saved = _("Saved %(at)s. You can close the page and go on later, on any device.") % {
        "at": f"{sheet.case.changed_at.astimezone(sheet.zone):%d.%m.%Y, %H:%M}"
    }
    where = _("Step %(number)s of %(count)s: %(name)s") % {
        "number": at + 1,
        "count": len(STEPS),
        "name": _(STEP_NAMES[step]),
    }
    parts.show(
        parts.head(where, f"{title}. {saved}"),
        f'<ol class="f-steps" style="margin-top:14px" aria-label="{parts.esc(_("Steps"))}">{items}</ol>',
    )


def _bar(sheet: Sheet, number: int, at: int) -> str:
    step = STEPS[number]
    done = number != at and step != "sign" and not sheet.faults_of(step)
    cls, here = ("now", ' aria-current="step"') if number == at else ("done" if done else "", "")
    tick = parts.icon("check") if done else ""
    return f'<li class="{cls}"{here}>{tick}{parts.esc(_(STEP_NAMES[step]))}</li>'


def summary(sheet: Sheet, step: str) -> None:
    """On top of a step that was tried: every fault of it, in the order of the fields."""
    found = named(sheet, step)
    if found:
        parts.show(fault_links(_("Check the marked fields"), found))


def named(sheet: Sheet, step: str) -> list[tuple[str, str]]:
    """Field and 'Passport: series: The series of a passport has 4 digits'."""
    found = sheet.faults_of(step)
    labels = {a.name: _(a.label) for a in asks_of(step, sheet.kind, sheet.today, sheet.case.draft)}
    labels |= {"power_stages": _("Power by stages"), "consent": _("Consent")}
    labels |= {f"file_{p.kind}": _(p.title) for p in sheet.papers()}
    order = [name for name in labels if name in found] + [name for name in found if name not in labels]
    return [
        (name, f"{labels[name]}: {found[name]}" if name in labels else found[name]) for name in order if name in found
    ]


# ------------------------------------------------------------------------------------------------ steps
def _who(sheet: Sheet) -> None:
    kind = _(PERSON_KINDS[PersonKind(sheet.kind)])
    parts.show(parts.p(_("You apply as: %(kind)s. Fields with * have to be filled in.") % {"kind": kind}, sub=True))
    _sections(sheet, "who")


def _object(sheet: Sheet) -> None:
    _sections(sheet, "object")


def _sections(sheet: Sheet, step: str) -> None:
    for part in parts_of(step, sheet.kind, sheet.today, sheet.case.draft):
        section(sheet, part, _tried(sheet, step))
        if part.title == "Power":
            filing_stages.body(sheet, _tried(sheet, step))
            category_box(sheet)


def _papers(sheet: Sheet) -> None:
    filing_papers.body(sheet, _tried(sheet, "papers"))


def _consent(sheet: Sheet) -> None:
    filing_consent.body(sheet, _tried(sheet, "consent"))


def _sign(sheet: Sheet) -> None:
    faults = {step: [said for _name, said in named(sheet, step)] for step in STEPS[:-1] if sheet.faults_of(step)}
    if chosen := filing_sign.body(sheet, faults):
        mark_tried(sheet, chosen)
        go(sheet, chosen)


_BODIES = {"who": _who, "object": _object, "papers": _papers, "consent": _consent, "sign": _sign}


# ------------------------------------------------------------------------------------------------ buttons
def _foot(sheet: Sheet, step: str) -> None:
    """Keys carry the step: the second click of a double one belongs to the step that is left, and does nothing."""
    at = STEPS.index(step)
    with st.container(horizontal=True, vertical_alignment="center"):
        last = step == STEPS[-1]
        if not last and st.button(_("Next"), type="primary", key=f"filing-next-{step}"):
            _forward(sheet, step)
        if at and st.button(_("Back"), key=f"filing-back-{step}"):
            go(sheet, STEPS[at - 1])
        blocked = _tried(sheet, step) and bool(sheet.faults_of(step))
        if (
            not last
            and blocked
            and st.button(_("Go on, I will add it later"), type="tertiary", key=f"filing-skip-{step}")
        ):
            go(sheet, STEPS[at + 1])
        if st.button(_("Throw the draft away"), type="tertiary", key="filing-drop"):
            _throw_away(sheet.id)


def _forward(sheet: Sheet, step: str) -> None:
    if sheet.faults_of(step):
        mark_tried(sheet, step)
        st.rerun()
    go(sheet, STEPS[STEPS.index(step) + 1])


def _throw_away(case_id: int) -> None:
    from dashboard.views.desk_parts import dialog

    dialog(_("Throw the draft away?"), _confirm, case_id)


def _confirm(case_id: int) -> None:
    parts.show(parts.p(_("What you typed and attached disappears from your list. Nothing has been sent to us.")))
    if st.button(_("Throw the draft away"), type="primary", key="filing-drop-sure"):
        with session.acting() as (db, actor, now):
            actions.simple_move(db, case_id, "withdraw", actor, now)
        parts.said(_("The draft is gone"))
        menu.go("applications")
