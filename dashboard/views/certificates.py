"""«Сертификаты и доверенности» of the customer: register a certificate from a file or from the first signature, see until when it serves;
powers of attorney of an organisation."""

from collections.abc import Sequence
from dataclasses import asdict

import streamlit as st

from dashboard import menu, parts, session, trust
from dashboard.views import poa, trust_demo
from dashboard.views.desk_parts import dialog, local_day
from dashboard.views.filing_fields import faulty
from infra import clock
from infra.wording import N_, _
from models.people.tables import PersonKind
from models.process.errors import Invalid
from models.trust import actions, queries, rules
from models.trust.tables import UserCertificate
from signatures import holder
from signatures.holder import Held
from signatures.verdict import Unusable

ENTRY = menu.Entry("certificates", N_("Certificates"), order=28, roles=menu.APPLICANT, hidden=True)
DEMO_PASSWORD = "demo"  # noqa: S105 - of a demonstration certificate that proves nothing
STRANGER = N_("The certificate belongs to somebody else: its numbers are not those of the profile")
BY_POWER = N_("A certificate of an employee: it signs only with a power of attorney (МЧД)")


def page() -> None:
    who = session.current()
    with session.reading(who) as db:
        rows, powers = queries.certificates_of(db, who.id), queries.powers_of(db, who.id)
    lead = _(
        "A certificate is registered once: from its file or from your first signature. We write 30, 7 and 1 days before it ends."
    )
    parts.show(parts.head(_("Certificates"), lead))
    if rows:
        _table(rows)
    else:
        parts.show(
            parts.empty(
                _("No certificate is registered"),
                _(
                    "Registering is not needed to sign: it warns you in time and shows early whether the certificate is accepted."
                ),
            )
        )
    if st.button(_("Register a certificate"), key="certificate-add", type="primary"):
        dialog(_("Register a certificate"), _add)
    _removing(rows)
    if who.user.kind == PersonKind.LEGAL_ENTITY:
        poa.body(who, rows, powers)
    if trust_demo.offered():
        _demonstration(who)


def _removing(rows: Sequence[UserCertificate]) -> None:
    for row in rows:
        if st.button(
            _("Remove: %(number)s") % {"number": row.number[:16]}, key=f"certificate-drop-{row.id}", type="tertiary"
        ):
            with session.acting() as (db, actor, now):
                actions.remove(db, actor, row.id or 0, now)
            parts.done(_("The certificate is removed"))


def _table(rows: Sequence[UserCertificate]) -> None:
    columns = [
        parts.Column(_("Owner")), parts.Column(_("State"), "nw key"), parts.Column(_("ИНН / СНИЛС"), "nw"),
        parts.Column(_("Valid"), "nw"), parts.Column(_("Issued by"), "wide"),
    ]  # fmt: skip
    parts.show(parts.still(parts.table(columns, [(str(r.id), cells(r)) for r in rows], _("Certificates"))))


def cells(row: UserCertificate, *, masked: bool = False) -> list[str]:
    """Also for the register of staff, where the number of another person is not told."""
    doubt = f"<small>{parts.esc(_(row.doubt))}</small>" if row.doubt else ""
    who = f"<b>{parts.esc(row.owner)}</b><small>{parts.esc(row.organisation)} · {parts.esc(row.number[:40])}</small>{doubt}"
    numbers = " / ".join(
        filter(None, (row.inn_legal or row.inn, f"***{row.snils[-4:]}" if masked and row.snils else row.snils))
    )
    valid = f"{local_day(row.not_before)} – {local_day(row.not_after)}"
    return [who, _state(row), parts.esc(numbers), parts.esc(valid), parts.esc(row.issuer)]


def _state(row: UserCertificate) -> str:
    left = (row.not_after - clock.now()).days
    if row.not_after <= clock.now():
        return parts.chip("late", _("has expired"))
    if left <= max(rules.WARN_DAYS):
        return parts.chip("soon", _("ends in %(days)s days") % {"days": left})
    if row.doubt:
        return parts.chip("soon", _("would not be accepted today"))
    return parts.chip("done", _("qualified") if row.qualified else _("not qualified"))


# ------------------------------------------------------------------------------------------------ register
def _add() -> None:
    parts.show(
        parts.p(
            _(
                "A file of the certificate (.cer, .crt) or any signature made by it (.sig). We never ask for the key or its password."
            )
        )
    )
    chosen = st.file_uploader(_("Certificate or signature"), key="certificate-file")
    if not st.button(_("Register"), type="primary", key="certificate-sure"):
        return
    if chosen is None:
        parts.show(faulty(_("Choose the file first")))
        return
    register(chosen.getvalue())
    parts.done(_("The certificate is registered"))


def register(data: bytes) -> UserCertificate:
    """Read, look whose it is, keep. Raises Invalid for what is no certificate, has expired, was revoked or is a stranger's."""
    who = session.current()
    if len(data) > rules.LARGEST:
        raise Invalid("file", "The file is too large for a certificate")
    try:
        held = holder.read(data, trust.believed(), clock.now())
    except Unusable as error:
        raise Invalid("file", error.template, **error.facts) from error
    doubt = doubt_of(who, held)
    with session.acting() as (db, actor, now):
        return actions.register(db, actor, asdict(held.facts), held.der, held.source, doubt, now)


def doubt_of(who: session.Who, held: Held) -> str:
    """Why it would not be accepted today, in one sentence; empty when it would. Raises Invalid where it never will."""
    if held.refuted:
        raise Invalid("file", held.doubt, **(held.doubt_facts or {}))
    known = trust.owner_known(held.facts, who.user)
    if known["outcome"] != "passed":
        employee = who.user.kind == PersonKind.LEGAL_ENTITY and not held.facts.inn_legal
        if not employee:
            raise Invalid("file", STRANGER if known["outcome"] == "failed" else known["detail"])
        return BY_POWER
    if held.doubt:
        return _(held.doubt) % (held.doubt_facts or {})
    return "" if held.facts.qualified else rules.LEVEL_LOW


def _demonstration(who: session.Who) -> None:
    parts.show(parts.h2(_("Try it with a demonstration certificate")))
    parts.show(
        parts.p(
            _(
                "Development only: key and certificate of a demonstration centre, with the numbers of your profile. Password: demo."
            ),
            sub=True,
        )
    )
    st.download_button(
        _("Download a demonstration certificate (.p12)"),
        lambda: trust_demo.certificate_for(who.user, DEMO_PASSWORD),
        file_name="demonstration.p12", mime="application/x-pkcs12", key="demo-p12",
    )  # fmt: skip
    commands = (
        "openssl pkcs12 -in demonstration.p12 -passin pass:demo -nodes -out demo.pem\n"
        "openssl cms -sign -binary -cades -in document.pdf -signer demo.pem -outform DER -out document.pdf.sig"
    )
    st.code(commands, language=None)
