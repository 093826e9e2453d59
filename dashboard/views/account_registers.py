"""«Реестры лицевых счетов»: a file of the billing goes in, wrong lines come back with their reasons. Rows change by the verb only."""

from typing import Any

import streamlit as st

from dashboard import menu, parts, session
from dashboard.views.desk_form import Form
from dashboard.views.desk_parts import moment
from documents import lists
from infra.wording import N_, _
from models.account import file, lines, queries, registers
from models.account.tables import REGISTERS, Register, RegisterKind
from models.people import access
from models.people.access import Right, Subject
from models.people.tables import User
from models.process.actor import STAFF
from models.process.errors import Invalid, NotFound

ENTRY = menu.Entry(
    "account_registers", N_("Registers of accounts"), order=46,
    roles=access.roles(Subject.ACCOUNT, Right.READ) & STAFF,
)  # fmt: skip
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def page() -> None:
    who = session.current()
    if "register" in st.query_params:
        return _one(who)
    told = _("What the billing tells of accounts, charges, payments and meters. The same file twice changes nothing.")
    parts.show(parts.head(_("Registers of personal accounts"), told))
    if access.may(who.user.role, Subject.ACCOUNT, Right.CHANGE):
        _upload()
    _history(who)
    return None


def _upload() -> None:
    with st.container(key="card-account-register"):
        parts.show(parts.h2(_("Load a register")))
        kind = st.radio(_("What the register tells"), list(RegisterKind), key="register-kind", horizontal=True,
                        format_func=lambda k: _(REGISTERS[k])) or RegisterKind.ACCOUNTS  # fmt: skip
        columns = ", ".join(f"{c.title}{'*' if c.needed else ''}" for c in lines.COLUMNS[kind])
        parts.show(
            parts.p(_("Columns: %(columns)s. Those with a star must be filled in.") % {"columns": columns}, sub=True)
        )
        form = Form("register")
        limit = _("File .xlsx or .csv, up to %(size)s MB and %(most)s lines")
        given = st.file_uploader(
            limit % {"size": file.LARGEST >> 20, "most": file.MOST}, key=form.field("file"), type=["xlsx", "csv", "txt"]
        )
        form.beside("file")
        with st.container(horizontal=True):
            sent = st.button(_("Load the register"), type="primary", key="register-load")
            st.download_button(_("Get the form"), lambda: sample(kind), f"{kind}.xlsx", _SHEET, key="register-form")
        if sent:
            with form.sending():
                if given is None:
                    raise Invalid("file", "Choose the file that the billing gave you")
                take(kind, given.name, given.getvalue())


def take(kind: RegisterKind, name: str, data: bytes) -> None:
    """Read the file, then one transaction. Says what came of it after the rerun, and where the lines put aside stand."""
    rows = file.read(kind, data)
    with session.acting() as (db, actor, now):
        made = registers.load(db, actor, kind, rows, now, name=name)
    told = {"lines": made.lines, "made": made.made, "changed": made.changed, "refused": len(made.refused)}
    parts.done(_("Lines: %(lines)s. New: %(made)s, changed: %(changed)s, put aside: %(refused)s") % told)


def sample(kind: RegisterKind) -> bytes:
    """The empty form with one line as an example."""
    columns = lines.COLUMNS[kind]
    return lists.workbook(_(REGISTERS[kind]), [(c.title, 24) for c in columns], [[c.sample for c in columns]])


def _history(who: session.Who) -> None:
    with session.reading(who) as db:
        found = list(queries.registers(db))
        names = {row.id: db.get_one(User, row.loaded_by).name for row in found}
    parts.show(parts.h2(_("Loaded registers")))
    if not found:
        hint = _(
            "Export the accounts from the billing and load them above: charges, payments and meters come after them."
        )
        return parts.show(parts.empty(_("No register yet"), hint))
    columns = [parts.Column(_("File"), "nw"), parts.Column(_("What the register tells"), "nw key"),
               parts.Column(_("When"), "nw"), parts.Column(_("Who")), parts.Column(_("Lines"), "n"),
               parts.Column(_("New"), "n"), parts.Column(_("Lines changed"), "n"), parts.Column(_("Put aside"), "n")]  # fmt: skip
    cells = [(str(row.id), _cells(row, names[row.id])) for row in found]
    if opened := parts.rows(parts.table(columns, cells, _("Loaded registers")), key="register-rows"):
        menu.go("account_registers", register=opened)
    return None


def _cells(row: Register, who: str) -> list[str]:
    aside = parts.chip("soon", str(row.refused_count)) if row.refused_count else "0"
    told = [row.name, _(REGISTERS[RegisterKind(row.kind)]), moment(row.loaded_at), who]
    counts = [str(row.lines), str(row.made), str(row.changed)]
    return [parts.opener(told[0] or "—"), *(parts.esc(word) for word in told[1:]), *counts, aside]


def _one(who: session.Who) -> None:
    """One file with the lines that were put aside."""
    menu.link("account_registers", _("Registers of personal accounts"))
    with session.reading(who) as db:
        row = db.get(Register, menu.number("register"))
    if row is None:
        raise NotFound
    told = {"lines": row.lines, "made": row.made, "changed": row.changed, "refused": row.refused_count}
    counts = _("Lines: %(lines)s. New: %(made)s, changed: %(changed)s, put aside: %(refused)s") % told
    parts.show(parts.head(row.name or _(REGISTERS[RegisterKind(row.kind)]), f"{moment(row.loaded_at)} · {counts}"))
    if not row.refused:
        return parts.show(parts.empty(_("All lines were taken"), _("There is nothing to put right in this file.")))
    hint = _("Correct these lines in the file and load it once more: what was taken already does not change.")
    if row.refused_count > len(row.refused):
        hint += " " + _("The first %(count)s of them are shown.") % {"count": len(row.refused)}
    parts.show(parts.h2(_("Lines that were put aside")), parts.p(hint, sub=True))
    columns = [parts.Column(_("Line"), "n"), parts.Column(_("Number of the personal account"), "nw key"),
               parts.Column(_("Why"))]  # fmt: skip
    rows = [("", _aside(line)) for line in row.refused]
    return parts.show(parts.still(parts.table(columns, rows, _("Lines that were put aside"))))


def _aside(line: dict[str, Any]) -> list[str]:
    return [str(line["line"]), parts.esc(line["number"]), parts.esc(_(line["template"]) % line["facts"])]
