"""Forms of the rule editor: one for each kind of rule, with the fault beside the field it belongs to. The rules judge, not the form."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import parts
from dashboard.faults import sentence_of
from dashboard.views.rules_words import FIELDS, LAPSES, span_words
from documents.wording import amount, figure
from infra.wording import _
from models.connection.rules import CATEGORY_NAMES
from models.connection.tables import Category
from models.people.access_tables import RetentionEdition
from models.process.errors import Invalid
from models.process.tables import TermRule
from models.rulebook import rules
from models.rulebook.tables import Kind


class Form:
    """Draws fields and remembers where the fault of each may stand. `key`: of this rule's form; `titles`: what codes mean that
    stand in rows."""

    def __init__(self, key: str, titles: Mapping[str, str] | None = None) -> None:
        self.key, self.titles = key, titles or {}
        self.slots: dict[str, DeltaGenerator] = {}

    def _slot(self, field: str) -> None:
        self.slots[field] = st.empty()

    def text(self, field: str, value: str, label: str = "", **more: Any) -> str:
        found = st.text_input(label or _(FIELDS[field]), value, key=f"{self.key}-{field}", **more)
        self._slot(field)
        return str(found or "")

    def number(self, field: str, value: int, label: str = "") -> int:
        found = st.number_input(label or _(FIELDS[field]), value=value, step=1, key=f"{self.key}-{field}")
        self._slot(field)
        return int(found or 0)

    def choice(self, field: str, value: str, options: Mapping[str, str], label: str = "") -> str:
        known = list(options)
        found = st.selectbox(
            label or _(FIELDS[field]), known, known.index(value) if value in known else 0, format_func=lambda o: _(options[o]),
            key=f"{self.key}-{field}",
        )  # fmt: skip
        self._slot(field)
        return str(found)

    def tick(self, field: str, value: bool) -> bool:
        found = st.checkbox(_(FIELDS[field]), value, key=f"{self.key}-{field}")
        self._slot(field)
        return bool(found)

    def day(self, field: str, value: date, label: str) -> date:
        found = st.date_input(label, value=value, format="DD.MM.YYYY", key=f"{self.key}-{field}", width=220)
        self._slot(field)
        return found

    def tell(self, faults: Sequence[Invalid]) -> None:
        """Every fault stands beside its field; what has no field of its own stands where the form ends."""
        loose = []
        for fault in faults:
            if fault.field in self.slots:
                with self.slots[fault.field]:
                    parts.show(fault_line(sentence_of(fault)))
            else:
                loose.append(sentence_of(fault))
        parts.show(*map(fault_line, loose))


def fault_line(text: str) -> str:
    style = "color:var(--red);font-weight:700;display:flex;gap:6px;align-items:baseline;margin:0"
    return f'<p role="alert" style="{style}">{parts.icon("bang")}<span>{parts.esc(text)}</span></p>'


def draw(form: Form, kind: Kind, was: Any) -> dict[str, Any]:
    """The fields of a kind, filled from the edition that the new one is written from; what was typed."""
    if kind is Kind.TERM:
        return _term(form, was)
    if kind is Kind.RATE:
        return _rate(form, was)
    if kind is Kind.RETENTION:
        return _retention(form, was)
    if kind is Kind.LIMIT:
        left, right = st.columns(2)
        with left:
            value = form.text("value", figure(was.value))
        with right:
            return {"value": value, "basis": form.text("basis", was.basis)}
    return _percent(form, kind, was)


def _retention(form: Form, was: RetentionEdition) -> dict[str, Any]:
    left, right = st.columns(2)
    with left:
        days = form.text("days", str(was.days)) if was.days is not None else ""
        if was.days is None:
            parts.show(parts.p(_("Kept for good: only the basis may be written anew."), sub=True))
        confidence = form.choice("confidence", was.confidence, rules.OWN)
    with right:
        return {"days": days, "basis": form.text("basis", was.basis), "confidence": confidence}


def _percent(form: Form, kind: Kind, was: Any) -> dict[str, Any]:
    left, right = st.columns(2)
    with left:
        percent = form.text("percent", figure(was.percent))
    with right:
        typed = {"percent": percent, "basis": form.text("basis", was.basis)}
    if kind is Kind.KEY_RATE:
        typed["confidence"] = form.choice("confidence", was.confidence, rules.CONFIDENCE)
    return typed


def _rate(form: Form, was: Any) -> dict[str, Any]:
    title = form.text("title", was.title if was else "")
    one, two, three = st.columns(3)
    with one:
        roubles = form.text("amount", amount(was.amount) if was else "")
    with two:
        unit = form.choice("unit", was.unit if was else "km", rules.RATE_UNITS)
    with three:
        taxed = form.tick("vat_included", was.vat_included if was else False)
    basis = form.text("basis", was.basis if was else "")
    return {"title": title, "amount": roubles, "unit": unit, "vat_included": taxed, "basis": basis}


# ------------------------------------------------------------------------------------------------ a deadline
def _term(form: Form, was: TermRule) -> dict[str, Any]:
    typed: dict[str, Any] = {
        "title": form.text("title", was.title),
        "lengths": {},
        "length": was.length or 0,
        "unit": was.unit,
    }
    typed |= {"alt_if": "", "alt_length": "", "percent": "0", "cap_days": 0}
    of_case = was.process == rules.CONNECTION
    if was.lengths:
        typed["lengths"] = _lengths(form, was)
    elif was.length is not None:
        typed |= _length(form, was)
    if "percent_per_day" in was.alternative:
        typed |= _penalty(form, was)
    elif of_case and not was.lengths and (not was.alternative or "if" in was.alternative):
        typed |= _alternative(form, was)
    typed["condition"] = was.condition
    if of_case:
        typed["condition"] = form.text("condition", was.condition, placeholder="near,!investment_works")
    left, right = st.columns(2)
    with left:
        harmless = {name: LAPSES.get(name, name) for name in dict.fromkeys((was.on_lapse, *rules.HARMLESS))}
        typed["on_lapse"] = form.choice("on_lapse", was.on_lapse, harmless)
        typed["basis"] = form.text("basis", was.basis)
        typed["confidence"] = form.choice("confidence", was.confidence, rules.CONFIDENCE)
    with right:
        typed["reminders"] = form.text("reminders", ", ".join(str(-n) for n in was.reminders), placeholder="10, 3, 1")
        typed["grace"] = form.number("grace", was.grace)
        typed["contested"] = form.text("contested", was.contested)
    typed["enabled"] = form.tick("enabled", was.enabled) if rules.may_be_off(was) else was.enabled
    return typed


def _length(form: Form, was: TermRule) -> dict[str, Any]:
    left, right = st.columns(2)
    with left:
        length = form.number("length", was.length or 0)
    with right:
        return {"length": length, "unit": form.choice("unit", was.unit, rules.units_of(was))}


def _lengths(form: Form, was: TermRule) -> dict[str, str]:
    """A field for every category; an empty one gets no clock."""
    parts.show(f"<h3>{parts.esc(_(FIELDS['lengths']))}</h3>")
    found = {}
    columns = st.columns(3)
    for n, code in enumerate(rules.columns_of(was)):
        with columns[n % 3]:
            value, told = span_words(was.lengths.get(code, "")), form.titles.get(code)
            found[code] = form.text(
                f"lengths-{code}",
                value,
                label=told or code,
                help=None if told else _category(code),
                placeholder=span_words("4m"),
            )
    form.slots["lengths"] = st.empty()
    return found


def _category(code: str) -> str:
    return _(CATEGORY_NAMES[Category(code)]) if code in list(Category) else _("670 kW exactly")


def _alternative(form: Form, was: TermRule) -> dict[str, Any]:
    left, right = st.columns(2)
    told = was.alternative
    with left:
        facts = {"": _("no other length"), **{f: f for f in sorted(rules.known_facts())}}
        fact = form.choice("alt_if", str(told.get("if", "")), facts, label=_("Another length if this fact holds"))
    with right:
        value = span_words(f"{told['length']}{told.get('unit', was.unit)}") if "length" in told else ""
        return {
            "alt_if": fact,
            "alt_length": form.text("alt_length", value, label=_("Another length"), placeholder=span_words("15wd")),
        }


def _penalty(form: Form, was: TermRule) -> dict[str, Any]:
    left, right = st.columns(2)
    with left:
        percent = form.text("percent", figure(was.alternative["percent_per_day"]), label=_("Per cent of the fee a day"))
    with right:
        days = form.number(
            "cap_days", int(was.alternative["cap_applicant_days"]), label=_("Days counted to the applicant at most")
        )
    return {"percent": percent, "cap_days": days}
