"""A power as words and fields: for the cabinet, the card of an application and the desk."""

from collections.abc import Sequence

from dashboard import parts
from dashboard.views.desk_parts import local_day, moment
from documents.wording import day
from infra import clock
from infra.wording import N_, _
from models.people import represent_rules as rules
from models.people.represent_tables import ACTS, BASES, OPEN_STATES, STATES, Act, Basis, Representative, State

WAITS_BOTH = N_("waits for the consent and the check")
WAITS_AGENT = N_("waits for the representative's consent")
WAITS_DESK = N_("an employee checks the scan")
_CHIPS = {State.ACTIVE: "done", State.REFUSED: "late", State.REVOKED: "closed", State.EXPIRED: "closed"}


def chip(row: Representative) -> str:
    if row.state == State.ACTIVE and row.starts_at > clock.now():
        return parts.chip("next", _("in force from %(day)s") % {"day": local_day(row.starts_at)})
    if row.state in OPEN_STATES and row.until <= clock.now():
        return parts.chip("closed", _(STATES[State.EXPIRED]))
    if row.state != State.OFFERED:
        return parts.chip(_CHIPS[State(row.state)], _(STATES[State(row.state)]))
    return parts.chip("work", waits(row))


def waits(row: Representative) -> str:
    if row.accepted_at is None and row.checked_at is None:
        return _(WAITS_BOTH)
    return _(WAITS_AGENT) if row.accepted_at is None else _(WAITS_DESK)


def acts(row: Representative) -> str:
    """'подписывать и отправлять, оплачивать': in the order of the list."""
    return ", ".join(_(ACTS[act]) for act in Act if rules.may(row, act))


def acts_html(row: Representative) -> str:
    """Both lists at once: what is given, and what is not."""
    given = "".join(f"<li>{parts.icon('check')} {parts.esc(_(ACTS[a]))}</li>" for a in Act if rules.may(row, a))
    lacks = [_(ACTS[a]) for a in Act if not rules.may(row, a)]
    closed = (
        f'<small style="font-weight:400">{parts.esc(_("Not given: %(acts)s") % {"acts": ", ".join(lacks)})}</small>'
        if lacks
        else ""
    )
    return f'<ul style="list-style:none;margin:0;padding:0">{given}</ul>{closed}'


def paper(row: Representative) -> str:
    kind = _(BASES[Basis(row.basis)])
    number = _("№ %(number)s of %(day)s") % {"number": row.number, "day": day(row.issued_on)}
    return ", ".join(filter(None, (f"{kind} {number}", row.notary)))


def term(row: Representative) -> str:
    return _("from %(first)s to %(last)s inclusive") % {
        "first": local_day(row.starts_at), "last": day(rules.last_day(row, clock.zone())),
    }  # fmt: skip


def covers(row: Representative, numbers: dict[int, str]) -> str:
    if row.application_id is None:
        return _("all applications")
    return _("the application %(number)s only") % {"number": numbers.get(row.application_id) or row.application_id}


def fields(row: Representative, numbers: dict[int, str]) -> list[parts.Field]:
    scan = f'<a href="/files/powers/{row.id}" target="_blank" rel="noopener">{parts.esc(row.scan_name)}</a>'
    found = [
        parts.Field(_("Ground"), paper(row)),
        parts.Field(_("Rights"), value_html=acts_html(row)),
        parts.Field(_("Covers"), covers(row, numbers)),
        parts.Field(_("Term"), term(row)),
        parts.Field(_("Scan"), value_html=scan),
    ]
    if row.ended_at is not None and row.state != State.EXPIRED:
        found.append(parts.Field(_("Ended"), moment(row.ended_at)))
    if row.reason:
        found.append(parts.Field(_("Reason"), row.reason))
    return found


def lines(rows: Sequence[Representative], caption: str, *, principal: bool) -> str:
    """A short table of powers that have ended. `principal`: name whom, not by whom."""
    columns = [
        parts.Column(_("Principal") if principal else _("Representative")), parts.Column(_("State"), "nw key"),
        parts.Column(_("Ground")), parts.Column(_("Term"), "nw"),
    ]  # fmt: skip
    cells = [
        (str(r.id), [
            parts.esc(r.principal_name if principal else r.agent_name), chip(r),
            f"{parts.esc(paper(r))}{f'<small>{parts.esc(r.reason)}</small>' if r.reason else ''}", parts.esc(term(r)),
        ])
        for r in rows
    ]  # fmt: skip
    return parts.table(columns, cells, caption)
