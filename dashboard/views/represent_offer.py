"""Naming a representative: who, by which paper, what he may do, until when, with the scan. Faults stand beside their fields.

Whether the person named has a cabinet here is said to nobody."""

from datetime import date

import streamlit as st

from dashboard import files, menu, parts, session
from dashboard.views.desk_form import Form
from dashboard.views.filing_fields import dress
from infra import clock, storage
from infra.wording import _
from models.connection import queries as connection
from models.connection.tables import Stage
from models.document.actions import check_file
from models.people import actions as people
from models.people import represent as actions
from models.people import represent_rules as rules
from models.people.represent_rules import Offer, Scan
from models.people.represent_tables import ACTS, BASES, Act, Basis
from models.process.errors import Invalid

YEAR = 365  # days: the term without which a power lasts a year (ГК РФ, ст. 186)
USUAL = (Act.FILE, Act.CORRESPOND, Act.RECEIVE)


def page(who: session.Who) -> None:
    menu.link("representatives", _("Representatives"))
    lead = _(
        "An employee compares what you type with the scan. The person named has to agree in a cabinet of their own."
    )
    parts.show(parts.head(_("Name a representative"), lead))
    dress()
    form = Form("power", sticky=True)
    typed = Offer(**_person(form), **_paper(who, form), **_limits(who, form))  # type: ignore[arg-type]
    scan = _file(form)
    form.keep_only(_wrong(typed, scan, who))
    if form.faults:
        parts.show(parts.p(_("Marked fields: %(count)s. What you typed is kept.") % {"count": form.faults}))
    if st.button(_("Send"), type="primary", key="power-send"):
        with form.sending():
            send(typed, scan)
            parts.said(_("Sent. When the representative has agreed and the scan is checked, the power is in force."))
            menu.go("representatives")
        parts.error_box(_("Check the marked fields"))


def _wrong(typed: Offer, scan: files.Upload | None, who: session.Who) -> set[str]:
    """Fields that are wrong as they stand; of a file only sending tells."""
    found = {fault.field for fault in rules.faults(typed, who.user, clock.today())}
    return found | ({"scan"} if scan is None else {"file"})


def _person(form: Form) -> dict[str, object]:
    with st.container(key="card-power-who"):
        parts.show(parts.h2(_("Who")))
        name = st.text_input(
            _("Family name, first name, patronymic") + "*", key=form.field("agent_name"), max_chars=200
        )
        form.beside("agent_name")
        contact = st.text_input(
            _("E-mail, phone or registration number") + "*", key=form.field("contact"), max_chars=100,
        )  # fmt: skip
        form.beside("contact")
        parts.show(parts.p(_("By this we find their cabinet. We do not tell you whether there is one."), sub=True))
    return {"agent_name": name or "", "contact": contact or ""}


def _paper(who: session.Who, form: Form) -> dict[str, object]:
    with st.container(key="card-power-paper"):
        parts.show(parts.h2(_("By which paper")))
        bases = rules.bases_of(who.user)
        basis = st.radio(_("Ground"), bases, format_func=lambda b: _(BASES[b]), key=form.field("basis"))
        form.beside("basis")
        left, right = st.columns(2, gap="medium")
        with left:
            number = st.text_input(_("Number of the paper") + "*", key=form.field("number"), max_chars=100)
            form.beside("number")
        with right:
            issued = _day(form, "issued_on", _("Day of the paper"), None)
        notary = ""
        if basis != Basis.HEAD:
            notary = st.text_input(_("Notary, if there is one"), key=form.field("notary"), max_chars=200)
    return {"basis": basis or "", "number": number or "", "issued_on": issued, "notary": notary or ""}


def _day(form: Form, name: str, label: str, value: date | None) -> date | None:
    found = st.date_input(label + "*", value, key=form.field(name), format="DD.MM.YYYY", min_value=date(1990, 1, 1))
    form.beside(name)
    return found if isinstance(found, date) else None


def _limits(who: session.Who, form: Form) -> dict[str, object]:
    with session.reading(who) as db:
        cases = [c for c in connection.of_applicant(db, who.id) if c.stage != Stage.DRAFT and c.number]
    names = {0: _("all applications, those to come too")} | {c.id or 0: f"{c.number} · {c.object_name}" for c in cases}
    today = clock.today()
    with st.container(key="card-power-limits"):
        parts.show(parts.h2(_("What they may do")))
        acts = [a for a in Act if st.checkbox(_(ACTS[a]), a in USUAL, key=form.field(f"act-{a}"))]
        form.beside("acts")
        parts.show(parts.p(_("To send an application both are needed: to prepare it and to sign it."), sub=True))
        only = _(
            "Only to read one contract, as an accountant does: choose its application and the right to receive papers."
        )
        parts.show(parts.p(only, sub=True))
        chosen = st.selectbox(_("Covers"), list(names), format_func=lambda i: names[i], key=form.field("case"))
        left, right = st.columns(2, gap="medium")
        with left:
            first = _day(form, "first", _("First day"), today)
        with right:
            last = _day(form, "last", _("Last day"), date.fromordinal(today.toordinal() + YEAR))
    return {"acts": [str(a) for a in acts], "application_id": chosen or None, "first": first, "last": last}


def _file(form: Form) -> files.Upload | None:
    with st.container(key="card-power-scan"):
        parts.show(parts.h2(_("Scan")))
        found = st.file_uploader(_("The paper, all pages: PDF, JPG or PNG, up to 10 MB"), key=form.field("scan"))
        form.beside("scan", "file")
    return found


# ------------------------------------------------------------------------------------------------ sending
def send(typed: Offer, upload: files.Upload | None) -> None:
    """The bytes are stored with no transaction open; the row comes after. Raises Invalid, ManyInvalid, TooMany."""
    scan = taken(upload) if upload is not None else None
    with session.acting() as (db, actor, now):
        actions.offer(db, typed, scan, actor, now, clock.zone())
        people.count_attempt(db, actions.KIND, f"{actor.user_id}", now)  # only what was sent counts


def taken(upload: files.Upload) -> Scan:
    """Sniffed, checked, stored."""
    name, data = files.clean_name(upload.name), upload.getvalue()
    media_type = files.sniff(data)
    check_file(name, media_type, len(data), 0)
    if media_type == files.DOCX:
        raise Invalid("file", "A scan is wanted: PDF, JPG or PNG")
    return Scan(storage.storage().put(data), name, media_type, len(data))
