"""Staff: who works here, in which role and branch; hire, block, move, give a role, take a second factor off. For the
administrator; heads see the list and decide on roles that lead. A password is shown once and kept nowhere."""

import streamlit as st

from dashboard import menu, parts, session
from dashboard.public import hashing
from dashboard.views import staff_rights
from dashboard.views.desk_parts import moment
from infra.wording import N_, _
from models.people import access, passwords, queries, staff, staff_queries
from models.people.access import Right, Subject
from models.people.staff_queries import Member
from models.people.tables import Branch
from models.process.actor import ROLE_NAMES, STAFF, Role
from models.process.errors import NotFound

ENTRY = menu.Entry("staff", N_("Staff"), order=72, roles=access.roles(Subject.STAFF, Right.READ))
_SHOWN = "staff-shown"
CHOICE = sorted(STAFF, key=lambda role: ROLE_NAMES[role])


def page() -> None:
    who = session.current()
    with session.reading(who) as db:
        members = staff_queries.members(db)
        branches = {b.id or 0: b for b in queries.branches(db)}
        asked = staff_queries.waiting(db)
    if "id" in st.query_params:
        return _one(who, next((m for m in members if m.user.id == menu.number("id")), None), branches)
    parts.show(
        parts.head(_("Staff"), _("Everybody who signs in here for work. Each change leaves a line in the audit."))
    )
    _shown()
    staff_rights.waiting(who, asked)
    opened = parts.rows(_table(members), key="staff")
    if opened:
        menu.go("staff", id=opened)
    if access.may(who.user.role, Subject.STAFF, Right.CREATE):
        _hire(branches)
    staff_rights.matrix()
    return None


def _table(members: list[Member]) -> str:
    columns = [
        parts.Column(_("Name")), parts.Column(_("Role")), parts.Column(_("State"), "nw key"),
        parts.Column(_("Branch"), "nw"), parts.Column(_("Second factor"), "nw"), parts.Column(_("Open sessions"), "n"),
    ]  # fmt: skip
    rows = [
        (str(m.user.id), [parts.opener(m.user.name), parts.esc(_(ROLE_NAMES[Role(m.user.role)])), _chip(m),
                          parts.esc(m.branch or _("all branches")), parts.esc(_("yes") if m.factor else _("no")),
                          str(m.sessions)])
        for m in members
    ]  # fmt: skip
    return parts.table(columns, rows, _("Staff"))


def _chip(member: Member) -> str:
    return parts.chip("done", _("works")) if member.user.active else parts.chip("closed", _("blocked"))


def _shown() -> None:
    """Until it is said to be handed over: a second click must not lose what cannot be shown again."""
    if told := st.session_state.get(_SHOWN):
        with st.container(key="turn-staff"):
            parts.show(
                parts.facts([(_("Login"), told[0]), (_("Temporary password"), told[1])]),
                parts.p(_("Hand it over: it is shown once, opens once and is valid for 72 hours.")),
            )
            if st.button(_("I have handed it over"), key="staff-handed"):
                del st.session_state[_SHOWN]
                st.rerun()


def _places(branches: dict[int, Branch]) -> dict[str, int]:
    return {"all branches": 0} | {b.name: number for number, b in branches.items()}


def _hire(branches: dict[int, Branch]) -> None:
    places = _places(branches)
    with st.expander(_("Add a member of staff")), st.form("staff-hire", border=False):
        login = st.text_input(_("Login"), key="hire-login", help=_("Small Latin letters, for example: sokolova"))
        name = st.text_input(_("Full name"), key="hire-name")
        post = st.text_input(_("Post"), key="hire-post")
        email = st.text_input(_("E-mail"), key="hire-email")
        role = st.selectbox(_("Role"), CHOICE, format_func=lambda r: _(ROLE_NAMES[r]), key="hire-role")
        place = st.selectbox(_("Branch"), list(places), format_func=_, key="hire-branch")
        reason = st.text_input(
            _("Reason"), key="hire-reason", help=_("For a head or an administrator: a second person has to agree")
        )
        if st.form_submit_button(_("Add"), type="primary", key="hire"):
            hire(login, name, post, email, role, places[place] or None, reason)


def hire(login: str, name: str, post: str, email: str, role: str, branch_id: int | None, reason: str) -> None:
    """The hash is made before the transaction."""
    password = passwords.temporary()
    with hashing.place(known=True):
        hashed = hashing.hash_password(password)
    with session.acting() as (db, actor, now):
        user = staff.hire(db, login, name, post, email, role, branch_id, hashed, reason, actor, now)
    st.session_state[_SHOWN] = (user.login, password)
    st.rerun()


def _one(who: session.Who, member: Member | None, branches: dict[int, Branch]) -> None:
    if member is None:
        raise NotFound
    user = member.user
    parts.show(parts.head(user.name, f"{_(ROLE_NAMES[Role(user.role)])} · {user.post}", _chip(member)))
    menu.link("staff", _("All staff"))
    pairs = [(_("Login"), user.login), (_("E-mail"), user.email), (_("Branch"), member.branch or _("all branches")),
             (_("Second factor"), _("yes") if member.factor else _("no")), (_("Open sessions"), member.sessions),
             (_("Added"), moment(user.created_at))]  # fmt: skip
    with st.container(key="card-staff"):
        parts.show(parts.facts(pairs))
    if user.id == who.id:
        parts.show(parts.p(_("Nobody changes his own rights: ask another administrator"), sub=True))
    elif access.may(who.user.role, Subject.STAFF, Right.CHANGE):
        _verbs(member, branches)
    _audit(who, user.id or 0)


def _verbs(member: Member, branches: dict[int, Branch]) -> None:
    user, places = member.user, _places(branches)
    with st.expander(_("Role")), st.form("staff-role", border=False):
        role = st.selectbox(_("New role"), CHOICE, format_func=lambda r: _(ROLE_NAMES[r]), key="role-new")
        reason = st.text_input(_("Reason"), key="role-reason")
        if st.form_submit_button(_("Give the role"), key="role"):
            with session.acting() as (db, actor, now):
                asked = staff.give_role(db, user.id or 0, role, reason, actor, now)
            parts.done(_("A second person has to agree") if asked else _("The role is given, the sessions have ended"))
    with st.expander(_("Branch")), st.form("staff-branch", border=False):
        place = st.selectbox(_("New branch"), list(places), format_func=_, key="branch-new")
        if st.form_submit_button(_("Move"), key="branch"):
            with session.acting() as (db, actor, now):
                staff.transfer(db, user.id or 0, places[place] or None, actor, now)
            parts.done(_("The branch is changed, the sessions have ended"))
    if member.factor:
        _factor(user.id or 0)
    _block(member)


def _factor(user_id: int) -> None:
    with st.expander(_("Reset the second factor")), st.form("staff-factor", border=False):
        seen = st.text_input(_("Document you have seen"), key="factor-seen")
        if st.form_submit_button(_("Reset"), key="factor"):
            with session.acting() as (db, actor, now):
                staff.reset_factor(db, user_id, seen, actor, now)
            parts.done(_("The next sign-in sets a new second factor up"))


def _block(member: Member) -> None:
    user_id = member.user.id or 0
    if not member.user.active:
        if st.button(_("Unblock"), key="unblock"):
            with session.acting() as (db, actor, now):
                staff.unblock(db, user_id, actor, now)
            parts.done(_("He may sign in again"))
        return
    with st.expander(_("Block")), st.form("staff-block", border=False):
        reason = st.text_input(_("Reason"), key="block-reason")
        if st.form_submit_button(_("Block and end the sessions"), key="block"):
            with session.acting() as (db, actor, now):
                count = staff.block(db, user_id, reason, actor, now)
            parts.done(_("Blocked. Sessions ended: %(count)s") % {"count": count})


def _audit(who: session.Who, user_id: int) -> None:
    with session.reading(who) as db:
        found = staff_queries.done_to(db, user_id)
    if found:
        columns = [parts.Column(_("When"), "nw"), parts.Column(_("What was done")), parts.Column(_("Who"), "nw")]
        rows = [
            (str(a.id), [parts.esc(moment(a.at)), parts.esc(staff_rights.done_words(a)), parts.esc(a.user_name)])
            for a in found
        ]
        title = _("What was done to this account")
        parts.show(parts.h2(title), parts.still(parts.table(columns, rows, title)))
