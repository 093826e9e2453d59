"""Powers of attorney (МЧД) of an organisation: upload with the principal's signature, the report at once, the register, revocation."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard import parts, session, trust
from dashboard.views.desk_parts import dialog, moment
from dashboard.views.filing_fields import faulty
from dashboard.views.signing_certificate import checked
from infra import clock, storage
from infra.wording import N_, _
from models.process.errors import Invalid
from models.trust import powers as register
from models.trust import queries, rules
from models.trust.tables import Power, UserCertificate
from signatures import certificates
from signatures.poa_file import read
from signatures.verdict import Unusable

NOT_CONNECTED = N_(
    "The state register of powers of attorney is not connected to this site. An employee looks every number up on the register's page and writes its answer down here; an answer counts for one day."
)
NO_CERTIFICATE = N_("Register the certificate of the employee first: the power is checked against its owner")


def body(who: session.Who, held: Sequence[UserCertificate], rows: Sequence[Power]) -> None:
    parts.show(parts.h2(_("Powers of attorney (МЧД)")), parts.p(_(NOT_CONNECTED), sub=True))
    if rows:
        parts.show(parts.still(table(rows)))
    else:
        parts.show(
            parts.p(
                _("The head signs without a power of attorney. Any other employee needs one, signed by the head."),
                sub=True,
            )
        )
    if st.button(_("Add a power of attorney"), key="power-add"):
        dialog(_("Add a power of attorney"), _add, held)
    for row in rows:
        if row.revoked_at is None and st.button(
            _("Revoke № %(number)s") % {"number": row.number}, key=f"power-revoke-{row.id}", type="tertiary"
        ):
            dialog(_("Revoke a power of attorney"), _revoke, row)
    if (last := st.session_state.get("power-report")) is not None:
        parts.show(parts.card(_("Report on the power of attorney"), report(last)))


def table(rows: Sequence[Power]) -> str:
    columns = [
        parts.Column(_("Power of attorney")), parts.Column(_("State"), "nw key"), parts.Column(_("Given by")), parts.Column(_("Given to")),
        parts.Column(_("In force"), "nw"),
    ]  # fmt: skip
    return parts.table(columns, [(str(r.id), _cells(r)) for r in rows], _("Powers of attorney (МЧД)"))


def _cells(row: Power) -> list[str]:
    people = ", ".join(str(p.get("name", "")) for p in row.representatives)
    told = "; ".join(text or code for code, text in row.powers)
    days = f"{row.issued:%d.%m.%Y} – {row.until:%d.%m.%Y}"
    name = f"<b>№ {parts.esc(row.number)}</b><small>{parts.esc(told[:200])}</small>"
    return [name, state(row), parts.esc(f"{row.principal} ({row.principal_inn})"), parts.esc(people), parts.esc(days)]


def state(row: Power) -> str:
    today = clock.today()
    if row.revoked_at is not None:
        return parts.chip("late", _("revoked %(at)s") % {"at": moment(row.revoked_at)})
    if not row.issued <= today <= row.until:
        return parts.chip("late", _("not in force"))
    if rules.register_answer(row, clock.now()) is None:
        return parts.chip("soon", _("the register of powers was not asked"))
    return parts.chip("done", _("in force"))


def report(told: Mapping[str, Any]) -> str:
    lines = [parts.Field(_(c["name"]), checked(c), there=c["outcome"] != "unknown") for c in told["checks"]]
    return parts.p(_(str(told["reason"]))) + parts.listing(lines)


# ------------------------------------------------------------------------------------------------ add
def _add(held: Sequence[UserCertificate]) -> None:
    if not held:
        parts.show(faulty(_(NO_CERTIFICATE)))
        return
    names = {c.id or 0: f"{c.owner} · {c.number[:16]}" for c in held}
    chosen = st.selectbox(
        _("Certificate of the employee"), list(names), format_func=lambda i: names[i], key="power-certificate"
    )
    xml = st.file_uploader(_("Power of attorney (XML)"), key="power-xml")
    proof = st.file_uploader(_("Signature of the head under it (.sig)"), key="power-sig")
    if not st.button(_("Check and add"), type="primary", key="power-sure"):
        return
    if xml is None or proof is None:
        parts.show(faulty(_("Choose both files first")))
        return
    take(next(c for c in held if c.id == chosen), xml.getvalue(), proof.getvalue())
    parts.done(_("The power of attorney is in the register. An employee asks the state register before you sign."))


def take(held: UserCertificate, xml: bytes, proof: bytes) -> Power:
    """Check and keep. The report is shown whatever it says. Raises Invalid for one that is refuted."""
    who = session.current()
    try:
        power = read(xml)
        owner = certificates.facts(certificates.load(held.der))
    except Unusable as error:
        raise Invalid("file", error.template, **error.facts) from error
    with session.acting() as (db, _actor, _now):
        codes = queries.power_codes(db)  # written down by staff; a customer's own reading does not reach settings
    told = trust.report(xml, proof, owner, who.user, codes, None, trust.believed(), clock.now())
    st.session_state["power-report"] = told
    facts = {
        "number": power.number, "principal": power.principal or power.principal_inn, "principal_inn": power.principal_inn,
        "representatives": [vars(p) for p in power.representatives], "powers": [list(p) for p in power.powers],
        "issued": power.issued, "until": power.until, "parent": power.parent,
    }  # fmt: skip
    keys = (storage.storage().put(xml), storage.storage().put(proof))
    with session.acting() as (db, actor, now):
        return register.register(db, actor, facts, keys, told, now)


def _revoke(row: Power) -> None:
    parts.show(parts.p(_("From now on nobody signs by it. What was signed keeps its force.")))
    why = st.text_area(_("Why"), key="power-why", max_chars=500, height=80)
    if st.button(_("Revoke"), type="primary", key="power-revoke-sure"):
        with session.acting() as (db, actor, now):
            register.revoke(db, actor, row.id or 0, why or "", now)
        parts.done(_("The power of attorney is revoked"))
