"""Photos of a sheet: taken with the phone, shown with what is on them and when they were taken, taken out again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard import parts
from dashboard.faults import sentence_of
from dashboard.views import inspection_photo as photo
from dashboard.views.filing_fields import faulty
from dashboard.views.inspection_sheet import Sheet
from infra.wording import _
from models.visit.rules import PHOTOS

Row = dict[str, Any]
TYPES = ["jpg", "jpeg", "png", "webp"]


def edit(sheet: Sheet, zone: ZoneInfo) -> list[Row]:
    """The photos as they stand now."""
    parts.show(
        parts.h2(_("Photos")),
        parts.p(
            _("Up to %(count)s. They are made smaller; place and device are wiped out of the file, the time stays.")
            % {"count": PHOTOS},
            sub=True,
        ),
    )
    rows: list[Row] = [row for row in sheet.values["photos"] if row["id"] not in _dropped(sheet)]
    rows = [_one(sheet, row) for row in rows]
    return rows + _added(sheet, len(rows), zone)


def _added(sheet: Sheet, have: int, zone: ZoneInfo) -> list[Row]:
    """New files are taken once: the uploader gets another key after each."""
    count = f"{sheet.key}-shots"
    turn = st.session_state.setdefault(count, 0)
    uploads = st.file_uploader(
        _("Take or choose photos"),
        type=TYPES,
        accept_multiple_files=True,
        max_upload_size=photo.LARGEST,
        key=f"{sheet.key}-upload-{turn}",
    )
    for told in st.session_state.get(f"{count}-faults", []):
        parts.show(faulty(told))
    if not uploads:
        return []
    rows, faults = photo.take(sheet.case_id, uploads, have, zone)
    st.session_state[count] = turn + 1
    st.session_state[f"{count}-faults"] = [sentence_of(f) for f in faults]
    st.session_state[f"{count}-fresh"] = True
    known = {row["id"] for row in sheet.values["photos"]}
    return list({row["id"]: row for row in rows if row["id"] not in known}.values())


def fresh(sheet: Sheet) -> bool:
    """Photos came in this run: after they are saved the page is drawn once more with them."""
    return bool(st.session_state.pop(f"{sheet.key}-shots-fresh", False))


def _one(sheet: Sheet, row: Row) -> Row:
    key = f"{sheet.key}-shot-{row['id']}"
    with st.container(border=True, key=f"{key}-box"):
        what = row["what"] or _("Photo")
        parts.show(
            f'<a href="/attachments/{row["id"]}" target="_blank" rel="noopener">'
            f'<img class="f-shot" src="/attachments/{row["id"]}" alt="{parts.esc(what)}" loading="lazy"></a>'
        )
        now = st.text_input(_("What is on the photo"), row["what"], max_chars=120, key=f"{key}-what")
        parts.show(parts.p(_when(row), sub=True))
        st.button(_("Take out the photo"), type="tertiary", key=f"{key}-out", on_click=_drop, args=(sheet, row["id"]))
    return row | {"what": now}


def _when(row: Row) -> str:
    told = _("taken %(at)s, by the camera") if row.get("camera") else _("received %(at)s, the camera told no time")
    return told % {"at": _moment(row)}


def _moment(row: Row) -> str:
    return f"{datetime.fromisoformat(row['taken']):%d.%m.%Y %H:%M}"


def _dropped(sheet: Sheet) -> set[int]:
    found: set[int] = st.session_state.setdefault(f"{sheet.key}-dropped", set())
    return found


def _drop(sheet: Sheet, attachment_id: int) -> None:
    photo.drop(sheet.case_id, attachment_id)
    _dropped(sheet).add(attachment_id)


def titles(rows: Sequence[Row]) -> list[Row]:
    """For the act: {id, title}, as «Щит учёта, 22.11.2026 11:20»."""
    return [{"id": r["id"], "title": f"{r['what'].strip() or 'Снимок'}, {_moment(r)}"} for r in rows]
