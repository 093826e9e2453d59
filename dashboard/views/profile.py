"""«Профиль»: registration data and number, time left of the session, language, what was sent and done (G-04, G-16, G-25)."""

from collections.abc import Iterator
from datetime import datetime

from dashboard import menu, parts, session
from dashboard.views import own_security, session_time
from dashboard.views.cabinet_words import event_words, kind_words
from dashboard.views.desk_history import change_words
from dashboard.views.desk_parts import moment
from dashboard.views.filing_start import time_words
from documents.wording import day
from infra import clock, profiles, wording
from infra.wording import N_, _
from models.connection import queries
from models.document.queries import attachments
from models.people import represent_queries as powers
from models.people.rules import show_snils
from models.people.tables import PERSON_KINDS, PersonKind, User
from models.process.actor import Role
from models.process.tables import History

ENTRY = menu.Entry("profile", N_("Profile"), order=40, roles=menu.APPLICANT)
CASES, LINES = 30, 100


def page() -> None:
    who = session.current()
    user = who.user
    named = next((item.title for item in profiles.cabinet().menu if item.view == ENTRY.name), "")
    parts.show(parts.head(named or _("Profile"), user.name))
    parts.show(
        parts.card(_("Registration data"), parts.listing(_registration(user))),
    )
    parts.show(f'<div style="margin-top:2px">{parts.card(_("Session and language"), _session(who))}</div>')
    session_time.renew_button(who)
    for name, label in (
        ("notices", _("What and how to tell me")),
        ("representatives", _("Representatives")),
        ("my_consents", _("Consents")),
        ("my_data", _("My data")),
        ("certificates", _("Certificates")),
        ("signing_agreement", _("Agreement on simple signatures")),
        ("keys", _("Access for programs")),
    ):
        menu.link(name, label)
    menu.link("accounts", _("Bind another address"), bind=1)
    own_security.show(who)
    found = sorted(_history(who), reverse=True)[:LINES]
    parts.show(parts.h2(_("History of actions")))
    if not found:
        parts.show(parts.p(_("Nothing was done yet: what you send and what we do stands here."), sub=True))
        return
    columns = [
        parts.Column(_("When"), "nw"),
        parts.Column(_("What was done")),
        parts.Column(_("Application"), "nw"),
        parts.Column(_("Who"), "nw"),
    ]
    rows = [
        (str(n), [parts.esc(moment(at)), what, parts.esc(number), parts.esc(by)])
        for n, (at, what, number, by) in enumerate(found)
    ]
    parts.show(parts.still(parts.table(columns, rows, _("History of actions"))))


def _registration(user: User) -> Iterator[parts.Field]:
    pairs = [
        (_("Registration number"), user.registration_number or ""),
        (_("Kind of applicant"), _(PERSON_KINDS[PersonKind(user.kind)]) if user.kind else ""),
        (_("Name"), user.name if user.name != user.login else ""),
        (_("Login"), user.login),
        (_("E-mail"), user.email),
        (_("Phone"), _phone(user)),
        (_("SNILS"), show_snils(user.snils)),
        (_("INN"), user.inn),
        (_("OGRN"), user.ogrn),
        (_("KPP"), user.kpp),
        (_("Date of birth"), day(user.birth_date) if user.birth_date else ""),
        (_("Address"), user.address),
        (_("Head"), " ".join(filter(None, (user.head_post, user.head)))),
        (_("Registered on"), moment(user.created_at)),
    ]
    return (parts.Field(label, value) for label, value in pairs if value)


def _phone(user: User) -> str:
    return user.phone if user.phone_confirmed_at or not user.phone else f"{user.phone}, {_('not confirmed')}"


def _session(who: session.Who) -> str:
    left = who.sign_in.expires_at - clock.now()
    other = "en" if wording.language() == "ru" else "ru"
    name = {"en": "English", "ru": "Русский"}
    idle = _("after %(time)s without a click it ends earlier") % {"time": time_words(profiles.session_life()[1])}
    change = f'<a href="/language/{other}" target="_self" lang="{other}">{parts.esc(name[other])}</a>'
    return parts.listing(
        [
            parts.Field(_("Time left of the session"), f"{time_words(left)}; {idle}"),
            parts.Field(_("Signed in"), moment(who.sign_in.created_at)),
            parts.Field(_("Language"), value_html=f"{parts.esc(name[wording.language()])} · {change}"),
        ]
    ) + parts.p(
        _("On somebody else's computer sign out yourself and do not let the browser keep the password."), sub=True
    )


Line = tuple[datetime, str, str, str]  # when, what (HTML), application, who


def _history(who: session.Who) -> Iterator[Line]:
    """Events and files of his applications. What the grid company does inside itself is not told."""
    with session.reading(who) as db:
        agents = {r.agent_id for r in powers.of_principal(db, who.id)}
        for case in queries.of_applicant(db, who.id)[:CASES]:
            number = case.number or _("draft")
            for row in queries.history(db, case.id or 0):
                if words := event_words(row.tag):
                    more = "".join(f"<small>{parts.esc(line)}</small>" for line in _more(row))
                    by = _by(row, who)
                    yield row.at, parts.esc(words) + more, number, by
            for file in attachments(db, case.id or 0):
                told = _("File attached: %(name)s") % {"name": file.name}
                by = _("you") if file.uploaded_by == who.id else _("grid company")
                by = _("your representative") if file.uploaded_by in agents else by
                yield (
                    file.uploaded_at,
                    f"{parts.esc(told)}<small>{parts.esc(kind_words(file.kind))}</small>",
                    number,
                    by,
                )


def _by(row: History, who: session.Who) -> str:
    """Himself, his representative by name, or the grid company as one."""
    if row.actor_role != Role.APPLICANT:
        return _("grid company")
    return _("you") if row.actor_id in (who.id, None) else row.actor_name


def _more(row: History) -> list[str]:
    """The reason, and what he has changed himself."""
    own = change_words(row) if row.actor_role == Role.APPLICANT else []
    return [line for line in (row.reason, *own) if line]
