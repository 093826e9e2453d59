"""A form of the desk: a fault of a field is said beside that field, what was typed stays where it is. Knows no business."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import parts
from dashboard.faults import sentence_of
from dashboard.parts import esc, icon
from models.process.errors import Invalid, ManyInvalid


class Form:
    """`beside("number")` after each field keeps a place for its fault; `sending()` around the verb fills the places.

    A fault of a field without a place, and any other business error, goes on to the page's own box. `sticky`: faults of a
    long form stay until it is sent again."""

    def __init__(self, key: str, *, sticky: bool = False) -> None:
        self.key = key
        self._places: dict[str, DeltaGenerator] = {}
        self._kept: dict[str, str] = st.session_state.setdefault(f"{key}-faults", {}) if sticky else {}

    def field(self, name: str) -> str:
        """The key of the widget."""
        return f"{self.key}-{name}"

    def beside(self, *names: str) -> None:
        """Here faults of these fields are said."""
        place = st.empty()
        for name in names:
            self._places[name] = place
            if name in self._kept:
                self._write(name)

    @property
    def faults(self) -> int:
        """How many fields are marked now."""
        return len(self._kept)

    def keep_only(self, wrong: Collection[str]) -> None:
        """Of a sticky form: a fault that was mended since goes away at once."""
        for name in [n for n in self._kept if n not in wrong]:
            del self._kept[name]
            if name in self._places:
                self._places[name].empty()

    @contextmanager
    def sending(self) -> Iterator[None]:
        for place in (self._places[name] for name in self._kept if name in self._places):
            place.empty()
        self._kept.clear()
        try:
            yield
        except ManyInvalid as many:
            rest = [fault for fault in many.errors if not self._say(fault)]
            if rest:
                raise ManyInvalid(rest) from many
        except Invalid as fault:
            if not self._say(fault):
                raise

    def _say(self, fault: Invalid) -> bool:
        if fault.field not in self._places:
            return False
        self._kept[fault.field] = sentence_of(fault)
        self._write(fault.field)
        return True

    def _write(self, name: str) -> None:
        with self._places[name].container():
            parts.show(beside(self._kept[name]))


def beside(text: str) -> str:
    """A fault as it stands under its field; read out at once."""
    return (
        '<p role="alert" style="margin-top:-.6rem;color:var(--red);font-weight:700;font-size:.88rem;display:flex;gap:6px">'
        f"{icon('bang')}<span>{esc(text)}</span></p>"
    )
