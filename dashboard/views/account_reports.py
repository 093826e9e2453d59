"""«Отчеты» (rows R-51, R-76…R-82): history of payments with receipts, of charges for six months, readings; print, PDF, XLSX.

What was asked stands in the address: a reload keeps the report."""

from collections.abc import Callable
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, NoReturn, TypeVar

import streamlit as st

from dashboard import menu, parts, session
from dashboard.views import account_made as made
from dashboard.views import account_pick
from dashboard.views import account_words as words
from dashboard.views.account_made import TITLES, Asked, Kind, Report
from dashboard.views.desk_form import Form
from dashboard.views.desk_parts import dialog
from dashboard.views.wall_parts import take_away
from documents.account_report import report_pdf
from documents.wording import day, money
from infra import clock, profiles
from infra.settings import settings
from infra.wording import N_, _
from models.account import queries
from models.account.sight import AccountSight
from models.account.tables import AccountPayment, MeterKind
from models.process.errors import Invalid, NotFound

ENTRY = menu.Entry("account_reports", N_("Reports on the account"), order=28, roles=menu.APPLICANT, hidden=True)
MONTHS = 6  # of charges (rows)
YEAR = timedelta(days=365)
SPREAD = N_("The split of a payment by services is brought up to date within 3–5 working days.")
S = TypeVar("S", bound=StrEnum)


def page() -> None:
    who = session.current()
    parts.show(parts.head(_("Reports on the account")))
    account = account_pick.chosen(who, "account_reports")
    if account is None:
        return
    parts.show(parts.h2(words.line(account)))
    asked = _asked() if "report" in st.query_params else None
    with st.container(key="no-print"):
        _form(who, account, asked)
    if asked:
        _report(who, account, asked)


def _asked() -> Asked:
    """Of the address, where anybody can type anything. Raises NotFound."""
    told = st.query_params
    try:
        first, last = (date.fromisoformat(told.get(name, "")) for name in ("first", "last"))
    except ValueError:
        raise NotFound from None
    return Asked(_member(Kind, told.get("report", "")), first, last,
                 _member(MeterKind, told.get("meters", MeterKind.INDIVIDUAL)))  # fmt: skip


def _member(kind: type[S], text: str) -> S:
    try:
        return kind(text)
    except ValueError:
        raise NotFound from None


# ------------------------------------------------------------------------------------------------ the question
def _form(who: session.Who, account: AccountSight, asked: Asked | None) -> None:
    kinds = list(Kind)
    index = kinds.index(asked.kind) if asked else 0
    with st.container(key="card-report"):
        kind = st.radio(
            _("Report"), kinds, index, format_func=lambda k: _(TITLES[k]), horizontal=True, key="report-kind"
        )
        if kind == Kind.CHARGES:
            _of_months(who, account, asked)
        else:
            _of_days(account, kind or Kind.PAYMENTS, asked)


def _of_months(who: session.Who, account: AccountSight, asked: Asked | None) -> None:
    with session.reading(who) as db:
        months = queries.months(db, account.id)[:MONTHS]
    if not months:
        parts.show(parts.p(_("No charges yet"), sub=True))
        return
    given = asked if asked and asked.kind == Kind.CHARGES else None
    form = Form("report-months")
    with st.form("report-months-form", border=False):
        left, right = st.columns(2, gap="medium")
        with left:
            first = _month(_("First month"), months, given.first if given else months[-1], form.field("first"))
        with right:
            last = _month(_("Last month"), months, given.last if given else months[0], form.field("last"))
            form.beside("last")
        if st.form_submit_button(_("Make the report"), type="primary", key="report-make"):
            with form.sending():
                _go(account, Kind.CHARGES, first, last)


def _month(label: str, months: list[date], now: date, key: str) -> date:
    index = months.index(now) if now in months else 0
    return st.selectbox(label, months, index, format_func=words.month, key=key)


def _of_days(account: AccountSight, kind: Kind, asked: Asked | None) -> None:
    today = clock.today()
    given = asked if asked and asked.kind == kind else None
    form = Form(f"report-{kind}")
    meters = MeterKind.INDIVIDUAL
    with st.form(f"report-{kind}-form", border=False):
        if kind == Kind.READINGS:
            meters = _meters(given.meters if given else meters, form.field("meters"))
        left, right = st.columns(2, gap="medium")
        with left:
            first = _day(_("From the day"), given.first if given else today - YEAR, form.field("first"))
            form.beside("first")
        with right:
            last = _day(_("To the day"), given.last if given else today, form.field("last"))
            form.beside("last")
        if st.form_submit_button(_("Make the report"), type="primary", key="report-make"):
            with form.sending():
                _go(account, kind, first, last, meters)


def _meters(now: MeterKind, key: str) -> MeterKind:
    kinds = list(MeterKind)
    label = _("Kind of meter")
    found = st.radio(label, kinds, kinds.index(now), format_func=lambda k: _(words.METERS[k]), horizontal=True, key=key)
    return found or now


def _day(label: str, value: date, key: str) -> date | None:
    found = st.date_input(label, value, key=key, format="DD.MM.YYYY", min_value=date(2000, 1, 1))
    return found if isinstance(found, date) else None


def _go(account: AccountSight, kind: Kind, first: date | None, last: date | None,
        meters: MeterKind = MeterKind.INDIVIDUAL) -> NoReturn:  # fmt: skip
    for name, value in (("first", first), ("last", last)):
        if value is None:
            raise Invalid(name, "Choose the day")
    assert first is not None
    assert last is not None
    if last < first:
        raise Invalid("last", "The period ends before it begins: choose a later end")
    menu.go(ENTRY.name, id=account.id, report=kind, first=first, last=last, meters=meters)


# ------------------------------------------------------------------------------------------------ the answer
def _report(who: session.Who, account: AccountSight, asked: Asked) -> None:
    with session.reading(who) as db:
        report = made.make(db, account, asked)
        paid = list(queries.payments(db, account.id, asked.first, asked.last)) if asked.kind == Kind.PAYMENTS else []
        db.expunge_all()
    if not report.rows:
        title = _("Nothing in this period")
        parts.show(parts.empty(title, _("Choose a longer period and make the report again.")))
        return
    with st.container(key="wrap-report"):
        parts.show(parts.h2(report.title), parts.p(report.about, sub=True))
        _table(account, report, paid)
    if asked.kind == Kind.PAYMENTS:
        total = sum((p.amount for p in paid), made.ZERO)
        parts.show(parts.p(_("Paid in the period: %(sum)s") % {"sum": money(total)}), parts.p(_(SPREAD), sub=True))
    _take(account, report)


def _table(account: AccountSight, report: Report, paid: list[AccountPayment]) -> None:
    """Lines of payments open their receipts (row R-77)."""
    if not paid:
        return parts.show(parts.still(parts.table(report.columns(), _cells(report), report.title)))
    columns = [*report.columns(), parts.Column(_("Receipt"), "nw")]
    lines = [(key, [*cells, parts.opener(_("See the receipt"))]) for key, cells in _cells(report)]
    opened = parts.rows(parts.table(columns, lines, report.title), key="report-payments")
    if row := next((p for p in paid if str(p.id) == opened), None):
        dialog(_("Receipt of the payment"), _receipt, account, row)
    return None


def _cells(report: Report) -> list[tuple[str, list[str]]]:
    return [(key, [parts.esc(t) for t in row]) for key, row in zip(report.keys, report.texts(), strict=True)]


def _receipt(account: AccountSight, row: AccountPayment) -> None:
    parts.show(
        parts.listing(
            [
                parts.Field(_("Place of the payment"), row.place or _("not told by the bank")),
                parts.Field(_("Date of the payment"), day(row.paid_on)),
                parts.Field(_("Sum of the payment"), money(row.amount)),
                parts.Field(_("Number of the payment"), row.number),
                parts.Field(_("Number of the personal account"), account.number),
            ]
        )
    )


def _take(account: AccountSight, report: Report) -> None:
    """On paper and away: the browser's own print, PDF, workbook."""
    name = f"{report.title} {account.number}".replace(":", "")
    with st.container(horizontal=True, key="no-print-take"):
        _printer()(data={"label": _("Print")}, key="report-print", width="content")
        st.download_button(
            _("Save as PDF"), data=_pdf(account, report), file_name=f"{name}.pdf", mime="application/pdf", key="report-pdf",
            on_click="ignore",
        )  # fmt: skip
        take_away(name, lambda: [report.sheet()])


def _pdf(account: AccountSight, report: Report) -> Callable[[], bytes]:
    """Made when it is wanted, in another thread: the words are those of now."""
    printed, today = report.printed(account.number), clock.today()
    ours = profiles.profile().utility.model_dump() | {"site": settings().site.partition("://")[2]}
    return lambda: report_pdf(printed, ours, today)


_PRINT_HTML = '<button type="button" class="f-print"></button>'
_PRINT_JS = """export default ({parentElement, data}) => {
  const button = parentElement.querySelector('.f-print');
  button.textContent = data.label;
  button.onclick = () => window.print();
}"""


@cache
def _printer() -> Any:
    return st.components.v2.component("feeder_print", html=_PRINT_HTML, isolate_styles=False, js=_PRINT_JS)
