"""«Опросы»: those that wait, one to be answered, thanks for those that were (J-029, M-14). What was typed is kept on a fault."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import faults, menu, parts, rich_text, session
from dashboard.views.filing_fields import dress, faulty
from infra import clock
from infra.wording import N_, _
from models.content import actions, queries
from models.content.tables import Ask, ContentItem, Kind
from models.process.errors import Invalid, ManyInvalid

ENTRY = menu.Entry("surveys", N_("Surveys"), order=58, roles=menu.APPLICANT, hidden=True)


def page() -> None:
    menu.opened(_one, _list)


def _list(who: session.Who) -> None:
    with session.reading(who) as db:
        found = queries.surveys(db, who.id, clock.now())
    parts.show(
        parts.head(_("Surveys"), _("One answer a person. Results are looked at without names.") if found else "")
    )
    if not found:
        parts.show(parts.empty(_("No surveys now"), _("When we want to know your opinion, the survey stands here.")))
    for survey, done in found:
        with st.container(key=f"card-survey-{survey.id}"):
            chip = parts.chip("done", _("you have answered")) if done else parts.chip("yours", _("waits for you"))
            parts.show(
                f'<div class="f-head"><h2>{parts.esc(survey.title)}</h2>{chip}</div>', parts.p(survey.lead, sub=True)
            )
            if not done and st.button(_("Answer the survey"), key=f"answer-{survey.id}", help=survey.title):
                menu.go("surveys", id=survey.id)
    menu.link("bulletin", _("All news"))


def _one(who: session.Who, survey_id: int) -> None:
    now = clock.now()
    with session.reading(who) as db:
        survey = queries.one(db, survey_id, now, Kind.SURVEY)
        done = any(s.id == survey_id and answered for s, answered in queries.surveys(db, who.id, now))
    menu.link("surveys", _("All surveys"))
    parts.show(parts.head(survey.title, survey.lead), f'<div class="f-prose">{rich_text.html(survey.text)}</div>')
    if done:
        return parts.show(
            parts.empty(
                _("Thank you, your answer is kept"),
                _("One answer a person counts. Results are looked at without names."),
            )
        )
    return _form(survey)


def _form(survey: ContentItem) -> None:
    dress()
    top = st.empty()
    with st.form(f"survey-{survey.id}", border=False):
        drawn = [question(number, asked) for number, asked in enumerate(survey.questions)]
        sent = st.form_submit_button(_("Send the answers"), type="primary", key="survey-send")
    if not sent:
        return
    try:
        with session.acting() as (db, actor, now):
            actions.answer(db, survey.id or 0, [value for value, _slot in drawn], actor, now)
    except (ManyInvalid, Invalid) as refused:
        _told(refused, top, [slot for _value, slot in drawn])
        return
    parts.done(_("Thank you, your answer is kept"))


def _told(refused: Invalid | ManyInvalid, top: DeltaGenerator, slots: Sequence[DeltaGenerator]) -> None:
    """The list on top and the same sentence at each question; the fields keep what was chosen."""
    with top.container():
        parts.error_box(faults.sentence_of(refused), faults.lines_of(refused))
    for fault in getattr(refused, "errors", ()):
        number = fault.field.removeprefix("answer.")
        if number.isdecimal():
            slots[int(number)].html(f'<div class="f">{faulty(faults.sentence_of(fault))}</div>')


def question(number: int, asked: Mapping[str, Any], where: str = "survey") -> tuple[Any, DeltaGenerator]:
    """(what was answered, the place for its fault). The editor's preview draws the same."""
    mark = " *" if asked.get("needed") else ""
    label, key = f"{number + 1}. {asked['text']}{mark}", f"{where}-{number}"
    with st.container(key=f"card-{where}-{number}"):
        slot = st.empty()
        return _field(asked, label, key), slot


def _field(asked: Mapping[str, Any], label: str, key: str) -> Any:
    options = list(asked.get("options") or [])
    match asked["kind"]:
        case Ask.SINGLE:
            return st.radio(label, range(len(options)), index=None, format_func=lambda n: options[n], key=key)
        case Ask.MULTIPLE:
            parts.show(f'<p class="f-ask">{parts.esc(label)}</p>')
            return [n for n, text in enumerate(options) if st.checkbox(text, key=f"{key}-{n}")]
        case Ask.SCALE:
            last = int(asked["steps"])
            ends = [f"{n} — {asked[end]}" for n, end in ((1, "least"), (last, "most")) if asked.get(end)]
            told = f"{label} ({', '.join(ends)})" if ends else label
            return st.radio(told, range(1, last + 1), index=None, horizontal=True, key=key)
        case _:
            return st.text_area(label, key=key, max_chars=2000)
