"""Personal data on the desk: masked until somebody opens them, and then the look is written down with his name."""

from collections.abc import Sequence

import streamlit as st

from dashboard import parts, session
from dashboard.views.desk_case import Sight
from dashboard.views.desk_parts import moment
from documents.wording import day
from infra import clock
from infra.keys import vault_keys
from infra.wording import _
from models.people import actions as people
from models.people.rules import show_snils
from models.people.tables import PERSON_KINDS, Audit, PersonKind
from signatures.secrets import Vault

TAG = "desk:person:read"
OPEN_SECONDS = 300  # the data close again after five minutes


def hidden(text: str, keep: int = 2) -> str:
    """'+79225550123' → '•••• 23'"""
    return f"•••• {text[-keep:]}" if text else _("not given")


def card(who: session.Who, seen: Sight) -> None:
    """Name and kind at once; phone, e-mail, numbers and passport by a button that leaves a trace."""
    person = seen.case.person
    kind = PersonKind(person.get("kind", PersonKind.INDIVIDUAL))
    opened = _is_open(seen)
    with st.container(key="card-person"):
        parts.show(
            parts.h2(_("Applicant")),
            parts.facts([(_("Name"), person.get("name", "")), (_("Kind"), _(PERSON_KINDS[kind]))]),
        )
        if opened:
            parts.show(parts.listing(_full(seen)))
            parts.show(parts.p(_("Opened by %(name)s. The look is written down.") % {"name": who.user.name}, sub=True))
            return
        parts.show(parts.listing(_masked(seen)))
        if st.button(_("Show the personal data"), key="open-person", help=_("Your name and the time are written down")):
            with session.acting() as (db, actor, now):
                people.note(
                    db, actor, TAG, now, process="connection", subject_id=seen.id, number=seen.case.number or ""
                )
            st.session_state[_key(seen)] = clock.now()
            st.rerun()


def _key(seen: Sight) -> str:
    return f"person-open-{seen.id}"


def _is_open(seen: Sight) -> bool:
    at = st.session_state.get(_key(seen))
    return at is not None and 0 <= (clock.now() - at).total_seconds() < OPEN_SECONDS


def _masked(seen: Sight) -> list[parts.Field]:
    person = seen.case.person
    fields = [
        parts.Field(_("Phone"), hidden(str(person.get("phone", "")))),
        parts.Field(_("E-mail"), people.masked(str(person.get("email", ""))) or _("not given")),
    ]
    if person.get("snils"):
        fields.append(parts.Field(_("SNILS"), hidden(str(person["snils"]))))
    if seen.case.passport:
        fields.append(parts.Field(_("Passport"), "•••• ••••••"))
    return fields


def _full(seen: Sight) -> list[parts.Field]:
    p = seen.case.person
    pairs = [
        (_("Full name"), p.get("full")),
        (_("Born"), day(p["birth_date"]) if p.get("birth_date") else ""),
        (_("Phone"), p.get("phone")),
        (_("E-mail"), p.get("email")),
        (_("Address"), p.get("address")),
        (_("Postal address"), p.get("postal")),
        (_("SNILS"), show_snils(str(p.get("snils") or ""))),
        (_("INN"), p.get("inn")),
        (_("OGRN"), p.get("ogrn")),
        (_("KPP"), p.get("kpp")),
        (_("Head"), ", ".join(x for x in (p.get("head"), p.get("head_post"), p.get("authority")) if x)),
        (_("Account"), p.get("bank_account")),
        (_("BIC"), p.get("bank_bic")),
        (_("Passport"), _passport(seen)),
    ]
    return [parts.Field(label, str(value)) for label, value in pairs if value]


def _passport(seen: Sight) -> str:
    """«4108 512340, 02.04.2008, …»; nothing when none was given."""
    if not seen.case.passport:
        return ""
    typed = Vault(vault_keys()).open(seen.case.passport)
    found = {
        name: str(typed.get(f"passport_{name}") or "") for name in ("series", "number", "issued", "issuer", "code")
    }
    issued = day(found["issued"]) if found["issued"] else ""
    return ", ".join(
        filter(None, [f"{found['series']} {found['number']}".strip(), issued, found["issuer"], found["code"]])
    )


def looks(rows: Sequence[Audit]) -> None:
    """Who opened them, newest first."""
    read = [r for r in rows if r.tag == TAG]
    if not read:
        return parts.show(
            parts.empty(_("Nobody has looked"), _("A line appears here each time somebody opens the personal data."))
        )
    columns = [parts.Column(_("Who")), parts.Column(_("When"), "nw")]
    cells = [(str(r.id), [parts.esc(r.user_name), parts.esc(moment(r.at))]) for r in read]
    return parts.show(parts.still(parts.table(columns, cells, _("Who looked at the personal data"))))
