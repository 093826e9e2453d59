"""«График ограничений»: when and where the power is off, one's own addresses first (J-043, M-09)."""

import streamlit as st

from dashboard import content_words, menu, parts, rich_text, session
from dashboard.utility import utility
from documents.wording import sentence
from infra import clock
from infra.wording import N_, _
from models.connection import queries as cases
from models.content import queries
from models.content.rules import touches
from models.content.tables import ContentItem
from models.people import queries as people

ENTRY = menu.Entry("schedule", N_("Schedule of outages"), order=56, roles=menu.APPLICANT, hidden=True)


def page() -> None:
    who = session.current()
    with session.reading(who) as db:
        branches = {b.id or 0: b.name for b in people.branches(db)}
    lead = _("When and where the power is switched off for works. What touches your addresses stands first.")
    parts.show(parts.head(_("Schedule of outages"), lead))
    left, right = st.columns([1, 2])
    chosen = left.selectbox(
        _("Branch"), [0, *branches], format_func=lambda i: branches.get(i, _("all branches")), key="schedule-branch"
    )
    typed = right.text_input(_("Settlement or street"), key="schedule-words", max_chars=100)
    found = touching(who, chosen or None, typed or "")
    for item, mine in found:
        parts.show(card(item, branches, mine))
    if not found:
        told = _("Nothing is planned for this choice. If there is no power, call %(phone)s.")
        parts.show(parts.empty(_("No outages here"), told % {"phone": utility().phone}))
    menu.link("bulletin", _("All news"))


def touching(who: session.Who, branch_id: int | None = None, typed: str = "") -> list[tuple[ContentItem, bool]]:
    """(outage, whether it touches an object of his), his own first."""
    with session.reading(who) as db:
        found = queries.outages(db, clock.now(), branch_id, typed)
        addresses = [c.object_address for c in cases.of_applicant(db, who.id)] if found else []
    pairs = [(item, any(touches(item.places, address) for address in addresses)) for item in found]
    return sorted(pairs, key=lambda pair: not pair[1])


def card(item: ContentItem, branches: dict[int, str], mine: bool = False) -> str:
    """One outage whole."""
    chips = parts.chip("soon", _("your address")) if mine else ""
    if content_words.runs(item, clock.now()):
        chips += parts.chip("late", _("the power is off now"))
    where = " · ".join(filter(None, (content_words.kind_of(item), content_words.named(item.branches, branches))))
    places = "".join(f"<li>{parts.esc(place)}</li>" for place in item.places)
    inner = (
        f'<div class="f-head"><h2>{parts.esc(sentence(content_words.span(item)))}</h2>{chips}</div>'
        f"{parts.p(where, sub=True)}<p><b>{parts.esc(item.title)}</b></p>"
        f'<div class="f-prose"><ul>{places}</ul>{rich_text.html(item.text)}</div>'
    )
    return parts.card("", inner)


def short(item: ContentItem) -> str:
    """For the start page: his address is touched."""
    chip = parts.chip("soon", _("outage at your address"))
    when = f'<div class="f-head"><h3>{parts.esc(sentence(content_words.span(item)))}</h3>{chip}</div>'
    return when + parts.p(item.title, sub=True)
