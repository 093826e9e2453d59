"""Results of a survey: counts, shares and means by question, texts as they were written, an .xlsx. Never who answered what."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboard import parts
from documents.lists import Value, workbook
from documents.sheets.statistics import MEDIA_TYPE
from infra import clock
from infra.wording import _
from models.content import rules
from models.content.queries import Given
from models.content.rules import Tally
from models.content.tables import Ask, ContentItem, Kind

TEXTS = 50  # shown; the sheet has all of them


def show(item: ContentItem, given: Sequence[Given]) -> None:
    if item.kind != Kind.SURVEY:
        return None
    parts.show(
        parts.h2(_("Results")),
        parts.p(_("Answers: %(count)s. Names are not shown to anybody.") % {"count": len(given)}, sub=True),
    )
    if not given:
        return parts.show(parts.p(_("Nobody has answered yet.")))
    for number, tally in enumerate(rules.tally(item.questions, [g.given for g in given]), 1):
        parts.show(parts.card(f"{number}. {tally.asked['text']}", _body(tally)))
    st.download_button(
        _("Download the answers, .xlsx"),
        sheet(item, given),
        f"{item.title} {clock.today():%Y-%m-%d}.xlsx",
        MEDIA_TYPE,
        key="survey-xlsx",
    )
    return None


def _body(tally: Tally) -> str:
    told = parts.p(_("answered: %(count)s") % {"count": tally.answered}, sub=True)
    if tally.asked["kind"] == Ask.TEXT:
        return told + "".join(f"<p>{parts.esc(text)}</p>" for text in tally.texts[:TEXTS])
    if tally.mean is not None:
        told += parts.p(
            _("on average %(mean)s of %(steps)s")
            % {"mean": f"{tally.mean:.1f}".replace(".", ","), "steps": tally.asked["steps"]}
        )
    lines = "".join(_line(label, tally.counts.get(value, 0), tally.answered) for value, label in _labels(tally.asked))
    return f'{told}<dl class="f-list">{lines}</dl>'


def _line(label: str, count: int, of: int) -> str:
    share = count / of if of else 0.0
    return f"<div><dt>{parts.esc(label)}{parts.bar(share)}</dt><dd>{count} · {share:.0%}</dd></div>".replace(
        "%</dd>", "\u00a0%</dd>"
    )


def _labels(asked: Any) -> list[tuple[int, str]]:
    if asked["kind"] == Ask.SCALE:
        ends = {1: asked.get("least"), int(asked["steps"]): asked.get("most")}
        return [(n, f"{n} — {ends[n]}" if ends.get(n) else str(n)) for n in range(1, int(asked["steps"]) + 1)]
    return list(enumerate(asked["options"]))


def sheet(item: ContentItem, given: Sequence[Given]) -> bytes:
    """One row an answer: its number, when, one column a question."""
    head = [(_("No."), 6), (_("When"), 18), *((str(q["text"]), 30) for q in item.questions)]
    zone = clock.zone()
    rows = (
        [g.number, f"{g.given_at.astimezone(zone):%d.%m.%Y %H:%M}", *_cells(item.questions, g.given)] for g in given
    )
    return workbook(_("Answers"), head, rows)  # a tab bears no «?»


def _cells(questions: Sequence[dict[str, Any]], values: Sequence[Any]) -> list[Value]:
    return [_cell(asked, value) for asked, value in zip(questions, values, strict=True)]


def _cell(asked: dict[str, Any], value: Any) -> Value:
    if isinstance(value, list):
        return "; ".join(asked["options"][n] for n in value)
    return str(asked["options"][value]) if asked["kind"] == Ask.SINGLE and value is not None else value
