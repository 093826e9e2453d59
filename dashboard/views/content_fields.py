"""Fields of an item by its kind, filled with what it says. Gives plain values; what they must be stands in models.content.rules."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

import streamlit as st

from dashboard import parts
from infra import clock
from infra.wording import _
from models.content.rules import MOST_QUESTIONS
from models.content.tables import ASKS, OUTAGES, READERS, Ask, ContentItem, Kind, Outage, Reader


def fields(item: ContentItem, branches: Mapping[int, str], sections: list[str], can: bool) -> dict[str, Any]:
    """Everything that was typed. `can`: whether this person may change it."""
    key = f"content-{item.id or item.kind}"
    off = not can
    typed: dict[str, Any] = {
        "title": st.text_input(_("Title"), item.title, key=f"{key}-title", max_chars=200, disabled=off)
    }
    if item.kind in (Kind.FAQ, Kind.FORM):
        told = _("Known sections: %(names)s") % {"names": ", ".join(sections)} if sections else None
        typed["section"] = st.text_input(
            _("Section"), item.section, key=f"{key}-section", max_chars=200, disabled=off, help=told
        )
    if item.kind != Kind.FAQ:
        typed["lead"] = st.text_input(
            _("In short, for lists"), item.lead, key=f"{key}-lead", max_chars=400, disabled=off
        )
    if item.kind == Kind.OUTAGE:
        typed |= _outage(item, key, off)
    typed["text"] = st.text_area(_("Text"), item.text, key=f"{key}-text", height=220, max_chars=20_000, disabled=off)
    parts.show(
        parts.p(
            _("Markup: # heading, **bold**, *italic*, - list, [words](https://address), | table |. HTML stays text."),
            sub=True,
        )
    )
    if item.kind == Kind.SURVEY:
        typed["questions"] = _questions(item, key, off or item.published_at is not None)
    return typed | _readers(item, branches, key, off)


def _readers(item: ContentItem, branches: Mapping[int, str], key: str, off: bool) -> dict[str, Any]:
    parts.show(parts.h2(_("Who reads it and when")))
    audience = st.multiselect(
        _("Readers"), list(READERS), [Reader(a) for a in item.audience], format_func=lambda r: _(READERS[r]), key=f"{key}-audience",
        placeholder=_("everybody"), disabled=off,
    )  # fmt: skip
    chosen = st.multiselect(
        _("Branches"), list(branches), [b for b in item.branches if b in branches], format_func=lambda b: branches[b],
        key=f"{key}-branches", placeholder=_("all branches"), disabled=off,
    )  # fmt: skip
    left, right = st.columns(2)
    first = left.date_input(_("First day"), _day(item.shown_from), key=f"{key}-from", format="DD.MM.YYYY", disabled=off)
    last = right.date_input(
        _("Last day"), _last(item.shown_until), key=f"{key}-until", format="DD.MM.YYYY", disabled=off
    )
    begins = item.shown_from if first == _day(item.shown_from) else _midnight(first)
    ends = _midnight(last + timedelta(days=1)) if last else None
    return {"audience": [str(a) for a in audience], "branches": list(chosen), "shown_from": begins, "shown_until": ends}


def _outage(item: ContentItem, key: str, off: bool) -> dict[str, Any]:
    kinds = list(OUTAGES)
    index = kinds.index(Outage(item.outage)) if item.outage else 0
    kind = st.selectbox(
        _("Kind of outage"), kinds, index, format_func=lambda o: _(OUTAGES[o]), key=f"{key}-outage", disabled=off
    )
    begins = _moment(_("Off from"), item.begins_at, f"{key}-begins", off, time(9))
    ends = _moment(_("Back at"), item.ends_at, f"{key}-ends", off, time(17))
    places = st.text_area(
        _("Addresses, one a line"), "\n".join(item.places), key=f"{key}-places", disabled=off,
        help=_("A settlement, or a settlement and a street: whoever has an object there gets a notice"),
    )  # fmt: skip
    lines = [line.strip() for line in (places or "").splitlines() if line.strip()]
    return {"outage": str(kind), "begins_at": begins, "ends_at": ends, "places": lines}


def _moment(label: str, value: datetime | None, key: str, off: bool, usual: time) -> datetime | None:
    local = value.astimezone(clock.zone()) if value else None
    left, right = st.columns(2)
    day = left.date_input(label, local.date() if local else None, key=f"{key}-day", format="DD.MM.YYYY", disabled=off)
    hour = right.time_input(_("Time"), local.time() if local else usual, key=f"{key}-time", disabled=off, step=1800)
    return datetime.combine(day, hour, clock.zone()) if day and hour else None


def _day(at: datetime | None) -> date | None:
    return at.astimezone(clock.zone()).date() if at else None


def _last(until: datetime | None) -> date | None:
    """The last day on which it is shown; it ends with the midnight after it."""
    return (until - timedelta(microseconds=1)).astimezone(clock.zone()).date() if until else None


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), clock.zone()) if day else None


# ------------------------------------------------------------------------------------------------ questions of a survey
def _questions(item: ContentItem, key: str, off: bool) -> list[dict[str, Any]]:
    """A question whose text is emptied is left out. Fixed once the survey was published."""
    if item.published_at is not None:
        return list(item.questions)
    parts.show(parts.h2(_("Questions")))
    place = f"{key}-count"
    count = int(st.session_state.setdefault(place, max(1, len(item.questions))))
    asked = [
        _question(item.questions[n] if n < len(item.questions) else {}, n, f"{key}-q{n}", off) for n in range(count)
    ]
    if not off and count < MOST_QUESTIONS and st.button(_("Add a question"), key=f"{key}-add"):
        st.session_state[place] = count + 1
        st.rerun()
    return [q for q in asked if q["text"]]


def _question(was: Mapping[str, Any], number: int, key: str, off: bool) -> dict[str, Any]:
    with st.container(key=f"card-{key}"):
        kinds = list(ASKS)
        text = st.text_input(
            _("Question %(number)s") % {"number": number + 1}, was.get("text", ""), key=f"{key}-text", disabled=off
        )
        left, right = st.columns([2, 1], vertical_alignment="bottom")
        kind = left.selectbox(
            _("The answer is"), kinds, kinds.index(Ask(was.get("kind", Ask.SINGLE))), format_func=lambda a: _(ASKS[a]),
            key=f"{key}-kind", disabled=off,
        )  # fmt: skip
        needed = right.checkbox(_("needed"), bool(was.get("needed", True)), key=f"{key}-needed", disabled=off)
        asked: dict[str, Any] = {"kind": str(kind), "text": (text or "").strip(), "needed": needed}
        if kind in (Ask.SINGLE, Ask.MULTIPLE):
            typed = st.text_area(
                _("Options, one a line"), "\n".join(was.get("options", [])), key=f"{key}-options", disabled=off
            )
            asked["options"] = [line.strip() for line in (typed or "").splitlines() if line.strip()]
        elif kind == Ask.SCALE:
            asked |= _scale(was, key, off)
    return asked


def _scale(was: Mapping[str, Any], key: str, off: bool) -> dict[str, Any]:
    first, second, third = st.columns(3)
    steps = first.number_input(
        _("Steps of the scale"), 2, 10, int(was.get("steps", 5)), key=f"{key}-steps", disabled=off
    )
    least = second.text_input(_("1 means"), was.get("least", ""), key=f"{key}-least", max_chars=60, disabled=off)
    most = third.text_input(_("The last means"), was.get("most", ""), key=f"{key}-most", max_chars=60, disabled=off)
    return {"steps": int(steps), "least": least or "", "most": most or ""}
