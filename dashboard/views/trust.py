"""The trust store: whose certificates are believed, lists of revoked ones and their age. A centre is believed only after a second look.

Two people decide; the page holds no rule of its own."""

from collections.abc import Sequence
from dataclasses import asdict

import streamlit as st

from dashboard import menu, parts, session
from dashboard import trust as store
from dashboard.faults import sentence_of
from dashboard.views import trust_demo, trust_lists
from dashboard.views.desk_parts import dialog, local_day
from dashboard.views.filing_fields import faulty
from infra import clock
from infra.settings import settings
from infra.wording import N_, _
from models.process.actor import Role
from models.process.errors import Invalid
from models.trust import actions, queries, rules
from models.trust.tables import Centre, Place, Standing
from signatures import holder
from signatures.verdict import Unusable

ROLES = frozenset({Role.ADMIN, Role.MANAGER, Role.AUDITOR})
ENTRY = menu.Entry("trust", N_("Trust store"), order=75, roles=ROLES)
_CHIPS = {Standing.PROPOSED: "soon", Standing.TRUSTED: "done", Standing.WITHDRAWN: "closed"}


def page() -> None:
    who = session.current()
    with session.reading(who) as db:
        centres, found, codes = queries.centres(db), queries.lists(db), queries.power_codes(db)
    parts.show(
        parts.head(
            _("Trust store"),
            _(
                "Whose certificates prove a signature here, and which certificates were revoked. Nothing is fetched while a signature is checked."
            ),
        )
    )
    keeper = who.user.role == Role.ADMIN
    _centres(who, centres, keeper)
    trust_lists.body(found, keeper)
    _codes(codes, keeper)
    if settings().development and keeper:
        trust_demo.body(who, centres)


# ------------------------------------------------------------------------------------------------ centres
def _centres(who: session.Who, rows: Sequence[Centre], keeper: bool) -> None:
    parts.show(parts.h2(_("Certification centres")))
    own = store.own_certificate()
    if own is not None:
        facts = holder.read(own, store.believed(), clock.now()).facts
        said = _("The seal of the company is believed for our own papers: %(owner)s, SHA-256 %(sum)s")
        parts.show(parts.p(said % {"owner": facts.owner, "sum": facts.sha256}, sub=True))
    if keeper and st.button(_("Add a certificate"), key="trust-add"):
        dialog(_("Add a certificate of a centre"), _add)
    if not rows:
        parts.show(
            parts.empty(_("No centre is trusted yet"), _("Until then every certificate of a customer cannot be told."))
        )
        return
    columns = [
        parts.Column(_("Centre")), parts.Column(_("State"), "nw key"), parts.Column(_("Kind"), "nw"), parts.Column(_("Valid until"), "nw"),
        parts.Column(_("SHA-256"), "wide"),
    ]  # fmt: skip
    parts.show(parts.still(parts.table(columns, [(str(r.id), _centre(r)) for r in rows], _("Certification centres"))))
    for row in rows:
        _moves(who, row, keeper)


def _centre(row: Centre) -> list[str]:
    said = _(rules.STANDING_NAMES[Standing(row.state)])
    why = f"<small>{parts.esc(row.reason)}</small>" if row.reason else ""
    return [
        f"<b>{parts.esc(row.owner)}</b><small>{parts.esc(row.number[:40])}</small>{why}",
        parts.chip(_CHIPS[Standing(row.state)], said),
        parts.esc(_(rules.PLACE_NAMES[Place(row.place)])),
        parts.esc(local_day(row.not_after)),
        f'<span class="f-mono">{parts.esc(_grouped(row.sha256))}</span>',
    ]


def _grouped(sum_: str) -> str:
    return " ".join(sum_[i : i + 8] for i in range(0, len(sum_), 8))


def _moves(who: session.Who, row: Centre, keeper: bool) -> None:
    second = (
        row.state == Standing.PROPOSED and who.user.role in (Role.ADMIN, Role.MANAGER) and row.proposed_by != who.id
    )
    if second and st.button(
        _("Second look: %(owner)s") % {"owner": row.owner}, key=f"trust-look-{row.id}", type="primary"
    ):
        dialog(_("Second look at a certificate"), _look, row)
    if keeper and row.state != Standing.WITHDRAWN:
        label = _("Stop trusting: %(owner)s") % {"owner": row.owner}
        if st.button(label, key=f"trust-drop-{row.id}", type="tertiary"):
            dialog(_("Stop trusting a centre"), _drop, row)


def _add() -> None:
    parts.show(
        parts.p(
            _("It is believed only after another employee has compared its fingerprint with the page of the centre.")
        )
    )
    chosen = st.file_uploader(_("Certificate of the centre (.cer, .crt, .pem)"), key="trust-file")
    if not st.button(_("Add"), type="primary", key="trust-add-sure"):
        return
    if chosen is None:
        parts.show(faulty(_("Choose the file first")))
        return
    try:
        der, facts = holder.centre(chosen.getvalue()[: rules.LARGEST])
        place = Place.ROOT if holder.is_root(der) else Place.BETWEEN
    except Unusable as error:
        raise Invalid("file", error.template, **error.facts) from error
    with session.acting() as (db, actor, now):
        actions.propose(db, actor, asdict(facts), der, place, now)
    parts.done(_("The certificate is proposed: another employee has to look at it"))


def _look(row: Centre) -> None:
    parts.show(
        parts.facts(
            [(_("Centre"), row.owner), (_("Number"), row.number), (_("Valid until"), local_day(row.not_after))]
        ),
        parts.p(
            _(
                "Open the page of the centre by yourself, find the SHA-256 fingerprint of this certificate there and type its last eight characters."
            )
        ),
    )
    typed = st.text_input(_("Last eight characters of the fingerprint"), key="trust-typed", max_chars=100)
    if st.button(_("They are the same: trust"), type="primary", key="trust-look-sure"):
        try:
            with session.acting() as (db, actor, now):
                actions.confirm(db, actor, row.id or 0, typed or "", now)
        except Invalid as error:
            parts.show(faulty(sentence_of(error)))
            return
        parts.done(_("The centre is trusted from now on"))


def _drop(row: Centre) -> None:
    reason = st.text_area(_("Why"), key="trust-why", max_chars=500, height=80)
    if st.button(_("Stop trusting"), type="primary", key="trust-drop-sure"):
        with session.acting() as (db, actor, now):
            actions.withdraw(db, actor, row.id or 0, reason or "", now)
        parts.done(_("The centre is not trusted any more"))


# ------------------------------------------------------------------------------------------------ codes of powers
def _codes(codes: frozenset[str], keeper: bool) -> None:
    parts.show(parts.h2(_("Powers that cover signing")))
    told = ", ".join(sorted(codes)) or _("no code is written down: powers are read by a person")
    parts.show(parts.p(told, sub=True))
    if keeper and st.button(_("Change the codes"), key="power-codes"):
        dialog(_("Powers that cover signing"), _change_codes, codes)


def _change_codes(codes: frozenset[str]) -> None:
    typed = st.text_area(
        _("Codes of the classifier, one a line"), "\n".join(sorted(codes)), key="codes-typed", height=120
    )
    if st.button(_("Save"), type="primary", key="codes-sure"):
        with session.acting() as (db, actor, now):
            actions.set_power_codes(db, actor, (typed or "").splitlines(), now)
        parts.done(_("The codes are saved"))
