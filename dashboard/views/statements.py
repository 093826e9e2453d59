"""«Выписки банка»: a file of the bank goes in, exact payments are credited, the rest is matched here. Money moves by actions only."""

import streamlit as st

from dashboard import menu, parts, session
from dashboard.views import statement_line, statement_refund
from dashboard.views.desk_parts import moment
from dashboard.views.statement_words import STATES, bank_word, reasons, refund_rows
from documents.wording import day, money
from infra.bank.statement import LARGEST, read
from infra.wording import N_, _
from models.payment import queries, statements
from models.payment.ledger_tables import OPEN_REFUNDS, BankLine, BankStatement, RefundState, StatementState
from models.process.actor import Role
from models.process.errors import Invalid, NotFound

ENTRY = menu.Entry("statements", N_("Bank statements"), order=45, roles=frozenset({Role.BILLING, Role.MANAGER}))


def page() -> None:
    who = session.current()
    if "line" in st.query_params:
        return statement_line.page(who)
    if "refund" in st.query_params:
        return statement_refund.page(who)
    if "statement" in st.query_params:
        return _one(who)
    return _all(who)


def _all(who: session.Who) -> None:
    words = str(st.session_state.get("statements-find", ""))
    with session.reading(who) as db:
        waiting = list(statements.waiting(db, words))
        files = list(statements.statements(db))
        counts = {f.id or 0: statements.counts(db, f.id or 0) for f in files}
        refunds = list(queries.refunds_in(db, *OPEN_REFUNDS, RefundState.REFUSED))
        numbers = queries.numbers(db, {r.application_id for r in refunds} | {w.application_id for w in waiting})
    chip = parts.chip("soon", _("%(count)s to look at") % {"count": len(waiting)}) if waiting else ""
    parts.show(
        parts.head(
            _("Bank statements"),
            _("A payment with our number and a fitting sum is credited by itself. The rest waits here for you."),
            chip,
        )
    )
    _upload()
    _queue(waiting, numbers, words)
    _refunds([(str(r.id), refund_rows(r, numbers)) for r in refunds])
    _files(files, counts)


def _upload() -> None:
    with st.container(key="card-statement"):
        parts.show(parts.h2(_("Load a file of the bank")))
        note = _(
            "Format 1CClientBankExchange, Windows-1251 or UTF-8, up to %(size)s MB. The same file twice changes nothing."
        )
        parts.show(parts.p(note % {"size": LARGEST >> 20}, sub=True))
        given = st.file_uploader(_("File of the statement"), key="statement-file", label_visibility="collapsed")
        if st.button(_("Load the statement"), type="primary", key="statement-load"):
            if given is None:
                raise Invalid("file", "Choose the file that the bank gave you")
            take(given.name, given.getvalue())


def take(name: str, data: bytes) -> None:
    """Read the file, then one transaction. Says what came of it after the rerun."""
    told = read(data)
    with session.acting() as (db, actor, now):
        made = statements.load(
            db, name, told.sha256, told.account, (told.day_from, told.day_to), told.documents, actor, now
        )
    if made.known == made.lines:
        parts.done(_("This statement is known already: nothing has changed"))
    parts.done(
        _("Documents: %(lines)s. Credited: %(credited)s, to confirm: %(proposed)s, unknown: %(unmatched)s, known before: %(known)s")
        % {"lines": made.lines, "credited": made.credited, "proposed": made.proposed, "unmatched": made.unmatched, "known": made.known}
    )  # fmt: skip


def _queue(waiting: list[BankLine], numbers: dict[int, str], words: str) -> None:
    parts.show(parts.h2(_("Payments to look at")))
    st.text_input(_("Find"), key="statements-find", placeholder=_("Payer, purpose, INN or sum"))
    if not waiting:
        title = _("Nothing was found") if words.strip() else _("Everything is matched")
        parts.show(parts.empty(title, _("A payment comes here when its purpose does not tell whose it is.")))
        return
    columns = [parts.Column(_("Payer")), parts.Column(_("State"), "nw key"), parts.Column(_("Sum"), "n"),
               parts.Column(_("Day"), "nw"), parts.Column(_("Purpose")), parts.Column(_("Looks like"), "nw"),
               parts.Column(_("Why"))]  # fmt: skip
    rows = [(str(row.id), _line(row, numbers)) for row in waiting]
    if opened := parts.rows(parts.table(columns, rows, _("Payments to look at")), key="statement-queue"):
        menu.go("statements", line=opened)


def _line(row: BankLine, numbers: dict[int, str]) -> list[str]:
    return [
        parts.opener(row.payer or _("payer not named")),
        bank_word(row.state),
        parts.esc(money(row.amount)),
        parts.esc(day(row.day)),
        parts.esc(row.purpose),
        parts.esc(numbers.get(row.application_id or 0, "")),
        parts.esc(reasons(row.reason)),
    ]


def _refunds(rows: list[tuple[str, list[str]]]) -> None:
    if not rows:
        return
    columns = [parts.Column(_("Application"), "nw"), parts.Column(_("State"), "nw key"), parts.Column(_("Sum"), "n"),
               parts.Column(_("Asked"), "nw"), parts.Column(_("Ground")), parts.Column(_("Answer of the bank"))]  # fmt: skip
    parts.show(parts.h2(_("Returns of money")))
    if opened := parts.rows(parts.table(columns, rows, _("Returns of money")), key="statement-refunds"):
        menu.go("statements", refund=opened)


def _files(files: list[BankStatement], counts: dict[int, dict[str, int]]) -> None:
    parts.show(parts.h2(_("Loaded files")))
    if not files:
        parts.show(
            parts.empty(
                _("No statement yet"), _("Export yesterday's statement from the bank's program and load it above.")
            )
        )
        return
    columns = [parts.Column(_("File"), "nw"), parts.Column(_("Period"), "nw key"), parts.Column(_("Loaded"), "nw"),
               parts.Column(_("Documents"), "n"), parts.Column(_("Credited"), "n"), parts.Column(_("Waiting"), "n"),
               parts.Column(_("Known before"), "n")]  # fmt: skip
    rows = [(str(f.id), _file(f, counts[f.id or 0])) for f in files]
    if opened := parts.rows(parts.table(columns, rows, _("Loaded files")), key="statement-files"):
        menu.go("statements", statement=opened)


def _file(f: BankStatement, counts: dict[str, int]) -> list[str]:
    period = " — ".join(day(d) for d in (f.day_from, f.day_to) if d)
    waiting = counts.get(StatementState.PROPOSED, 0) + counts.get(StatementState.UNMATCHED, 0)
    return [
        parts.opener(f.name),
        parts.esc(period),
        parts.esc(moment(f.imported_at)),
        str(f.lines),
        str(counts.get(StatementState.CREDITED, 0)),
        str(waiting),
        str(f.known),
    ]


def _one(who: session.Who) -> None:
    menu.link("statements", _("Bank statements"))
    words = str(st.session_state.get("statement-find", ""))
    with session.reading(who) as db:
        found = db.get(BankStatement, menu.number("statement"))
        if found is None:
            raise NotFound
        rows = list(statements.lines_of(db, found.id or 0, words))
        numbers = queries.numbers(db, {r.application_id for r in rows})
        counts = statements.counts(db, found.id or 0)
    told = " · ".join(f"{_(STATES[state][1])}: {count}" for state, count in counts.items())
    parts.show(parts.head(found.name, f"{moment(found.imported_at)} · {told}"))
    st.text_input(_("Find"), key="statement-find", placeholder=_("Payer, purpose, INN or sum"))
    columns = [parts.Column(_("Payer")), parts.Column(_("State"), "nw key"), parts.Column(_("Sum"), "n"),
               parts.Column(_("Day"), "nw"), parts.Column(_("Purpose")), parts.Column(_("Application"), "nw"),
               parts.Column(_("Why"))]  # fmt: skip
    cells = [(str(row.id), _line(row, numbers)) for row in rows]
    if not cells:
        return parts.show(parts.empty(_("Nothing was found"), _("All documents of this file were known before.")))
    if opened := parts.rows(parts.table(columns, cells, _("Documents of the file")), key="statement-lines"):
        menu.go("statements", line=opened)
    return None
