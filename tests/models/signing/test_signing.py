"""What is legal in an envelope: order, ways, refusals, handing over, replacing; every refusal beside what is allowed."""

import json
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select

from infra import rotation
from models.people import actions as people
from models.people import sealing
from models.people.rules import actor_of
from models.people.tables import SimpleCode, User
from models.process.actor import Role
from models.process.errors import IllegalMove, Invalid, NotAllowed, NotFound, NotReady, Stale
from models.process.history import broken
from models.process.moves import Move
from models.signing import actions, owner, queries, rules, sign
from models.signing.sign import Proof
from models.signing.tables import EnvelopeState, Method, PartyState
from tests.models.signing.envelopes import VISIT, Desk

SNILS = "11223344595"


# ------------------------------------------------------------------------------------------------ order
@pytest.mark.rows("D-19", "H-11")
def test_it_is_whole_with_the_last_signature_in_the_same_transaction(desk: Desk) -> None:
    made = desk.open(desk.utility(), desk.party(), desk.party())
    _, first, second = desk.signers(made)
    assert desk.sign(made, first).state is EnvelopeState.OPEN
    assert desk.sign(made, second).state is EnvelopeState.COMPLETED
    assert broken(queries.journal(desk.session, made.id or 0), made.chain) == []


def test_nobody_signs_before_his_turn(desk: Desk) -> None:
    made = desk.open(desk.party(), desk.party())
    first, second = desk.signers(made)
    with pytest.raises(NotReady, match="not the turn"):
        desk.sign(made, second)
    desk.sign(made, first)
    assert desk.sign(made, second).state is EnvelopeState.COMPLETED


def test_in_parallel_anybody_signs_first(desk: Desk) -> None:
    made = desk.open(desk.party(), desk.party(), ordered=False)
    first, second = desk.signers(made)
    desk.sign(made, second)
    assert desk.sign(made, first).state is EnvelopeState.COMPLETED


def test_two_of_three_are_enough_when_two_were_asked_for(desk: Desk) -> None:
    made = desk.open(desk.party(), desk.party(), desk.party(), ordered=False, needed=2)
    one, _, three = desk.signers(made)
    assert desk.sign(made, one).state is EnvelopeState.OPEN
    assert desk.sign(made, three).state is EnvelopeState.COMPLETED


def test_a_required_party_must_be_among_the_two(desk: Desk) -> None:
    made = desk.open(desk.party(required=True), desk.party(), desk.party(), ordered=False, needed=2)
    one, two, three = desk.signers(made)
    desk.sign(made, two)
    assert desk.sign(made, three).state is EnvelopeState.OPEN
    assert desk.sign(made, one).state is EnvelopeState.COMPLETED


def test_nobody_signs_twice(desk: Desk) -> None:
    made = desk.open(desk.party(), desk.party(), ordered=False)
    first = desk.signers(made)[0]
    desk.sign(made, first)
    with pytest.raises(NotReady, match="already"):
        desk.sign(made, first)


def test_nobody_signs_for_somebody_else(desk: Desk) -> None:
    made = desk.open(desk.party(), desk.party(), ordered=False)
    mine, other = desk.signers(made)
    with pytest.raises(NotFound):
        sign.ready(desk.session, other.id or 0, desk.actor(mine), Method.CODE, desk.now)


def test_nobody_signs_in_a_way_that_was_not_given(desk: Desk) -> None:
    made = desk.open(desk.party(Method.PAPER))
    with pytest.raises(NotReady, match="in this way"):
        desk.sign(made, desk.signers(made)[0])


def test_after_the_time_nobody_signs(desk: Desk) -> None:
    made = desk.open(desk.party(), expires_at=desk.now + timedelta(hours=1))
    desk.later(hours=2)
    with pytest.raises(NotReady, match="time to sign has passed"):
        desk.sign(made, desk.signers(made)[0])
    assert actions.expire(desk.session, made, desk.now).state is EnvelopeState.EXPIRED


def test_before_the_time_nothing_expires(desk: Desk) -> None:
    made = desk.open(desk.party(), expires_at=desk.now + timedelta(hours=1))
    with pytest.raises(NotReady):
        actions.expire(desk.session, made, desk.now)


@pytest.mark.parametrize("end", ["complete", "cancel", "decline"])
def test_a_closed_envelope_takes_no_signature(desk: Desk, end: str) -> None:
    made = desk.open(desk.party(), desk.party(), ordered=False, needed=1)
    first, second = desk.signers(made)
    if end == "complete":
        desk.sign(made, first)
    elif end == "cancel":
        actions.cancel(desk.session, made.process, made.subject_id, made.purpose, desk.now, "ошибка")
    else:
        for signer in (first, second):
            actions.decline(desk.session, signer.id or 0, desk.actor(signer), desk.now, "не согласен")
    with pytest.raises(IllegalMove):
        desk.sign(made, second)


# ------------------------------------------------------------------------------------------------ the table itself
@pytest.mark.parametrize("move", list(rules.MOVES.table.values()), ids=lambda move: move.name)
def test_a_move_is_made_only_by_its_roles_at_its_stages(desk: Desk, move: Move) -> None:
    made = desk.open(desk.party())
    known = rules.Known(made, desk.signers(made), desk.signers(made)[0], Method.CODE)
    for stage, role in product(EnvelopeState, Role):
        actor = actor_of(User(login="x", role=role, name="x", password_hash="", created_at=desk.now))
        error = rules.MOVES.refusal(move, stage, actor, known, desk.now)
        assert isinstance(error, NotAllowed) == (role not in move.by)
        if role in move.by:
            assert isinstance(error, IllegalMove) == (stage not in move.sources)


def test_an_auditor_changes_nothing() -> None:
    assert not [m.name for m in rules.MOVES.table.values() if Role.AUDITOR in m.by]


def test_a_stage_set_outside_a_move_cannot_be_committed(desk: Desk) -> None:
    made = desk.open(desk.party())
    desk.session.execute(text("set constraints all immediate"))
    with pytest.raises(DBAPIError, match="through a move only"), desk.session.begin_nested():
        desk.session.execute(text("update signing set stage = 'COMPLETED' where id = :id"), {"id": made.id})


# ------------------------------------------------------------------------------------------------ refusing, handing over
def test_who_declines_says_why_and_ends_it(desk: Desk) -> None:
    made = desk.open(desk.party(), desk.party())
    second = desk.signers(made)[1]
    with pytest.raises(Invalid):
        actions.decline(desk.session, second.id or 0, desk.actor(second), desk.now, "  ")
    actions.decline(desk.session, second.id or 0, desk.actor(second), desk.now, "неверная мощность")
    assert made.state is EnvelopeState.DECLINED
    assert "неверная мощность" in made.reason


def test_one_who_declines_does_not_end_it_while_enough_are_left(desk: Desk) -> None:
    made = desk.open(desk.party(), desk.party(), desk.party(), ordered=False, needed=2)
    one, two, three = desk.signers(made)
    actions.decline(desk.session, one.id or 0, desk.actor(one), desk.now, "в отъезде")
    assert made.state is EnvelopeState.OPEN
    desk.sign(made, two)
    assert desk.sign(made, three).state is EnvelopeState.COMPLETED


def test_who_was_handed_the_signature_signs_at_the_same_turn(desk: Desk) -> None:
    made = desk.open(desk.party(), desk.party())
    first = desk.signers(made)[0]
    heir = actions.delegate(desk.session, first.id or 0, desk.actor(first), desk.party(), desk.now)
    with pytest.raises(NotReady):
        desk.sign(made, first)
    desk.sign(made, heir)
    assert desk.sign(made, desk.signers(made)[1]).state is EnvelopeState.COMPLETED


def test_nobody_hands_over_to_himself(desk: Desk) -> None:
    made = desk.open(desk.party())
    first = desk.signers(made)[0]
    with pytest.raises(Invalid):
        actions.delegate(desk.session, first.id or 0, desk.actor(first), desk.party(user=desk.people[0]), desk.now)


# ------------------------------------------------------------------------------------------------ replacing a paper
def test_a_paper_is_replaced_before_the_first_signature_and_codes_for_the_old_one_are_void(desk: Desk) -> None:
    old = desk.paper()
    made = desk.open(desk.utility(), desk.party(), papers=[old])
    signer = desk.signers(made)[1]
    bound = made.bound_to
    code = people.make_code(desk.session, desk.people[0], f"signing:{signer.id}", bound, desk.now)
    actions.replace(desk.session, made.id or 0, old.id or 0, desk.paper().id or 0, desk.now)
    assert made.bound_to != bound
    with pytest.raises(Invalid, match="have changed"):
        people.use_code(desk.session, desk.people[0], f"signing:{signer.id}", made.bound_to, code, desk.now)
    assert desk.sign(made, signer).state is EnvelopeState.COMPLETED
    signed = {s.document_id for s in queries.signatures(desk.session, made.id or 0) if s.party_id == signer.id}
    assert old.id not in signed


def test_after_the_first_signature_no_paper_is_replaced(desk: Desk) -> None:
    old = desk.paper()
    made = desk.open(desk.party(), desk.party(), papers=[old])
    desk.sign(made, desk.signers(made)[0])
    with pytest.raises(NotReady, match="signed already"):
        actions.replace(desk.session, made.id or 0, old.id or 0, desk.paper().id or 0, desk.now)


# ------------------------------------------------------------------------------------------------ the ways to sign
@pytest.mark.rows("H-14", "D-19")
def test_a_code_leaves_evidence_under_every_paper(desk: Desk) -> None:
    papers = [desk.paper(), desk.paper("conditions")]
    made = desk.open(desk.party(), papers=papers)
    desk.sign(made, desk.signers(made)[0])
    rows = queries.signatures(desk.session, made.id or 0)
    assert [r.sha256 for r in rows] == [p.pdf_sha256 for p in papers]
    for row in rows:
        assert (row.method, row.agreement, row.letter_id) == (Method.CODE, "1", 7)
        assert (row.address, row.agent, row.sign_in_id) == ("10.0.0.7", "Firefox", 5)
        assert row.channel.startswith("s***")
        assert row.code_sent_at == row.at
    assert [t.result for t in queries.tries(desk.session, made.id or 0)] == ["signed"]


def test_a_code_of_another_moment_does_not_sign(desk: Desk) -> None:
    made = desk.open(desk.party())
    signer, user = desk.signers(made)[0], desk.people[0]
    code = people.make_code(desk.session, user, "p", made.bound_to, desk.now)
    used = people.use_code(desk.session, user, "p", made.bound_to, code, desk.now)
    with pytest.raises(Stale):
        sign.by_code(
            desk.session, signer.id or 0, desk.actor(signer), used, desk.later(seconds=5), VISIT,
            agreement="1", letter_id=None,
        )  # fmt: skip


def test_a_signature_on_paper_needs_a_mark_and_a_second_pair_of_eyes(desk: Desk) -> None:
    made = desk.open(desk.party())
    signer, clerk = desk.signers(made)[0], desk.staff()
    told: dict[str, Any] = {"scan_id": scan(desk), "signed_on": desk.now.date()}
    with pytest.raises(Invalid):
        sign.on_paper(desk.session, signer.id or 0, clerk, desk.now, mark=" ", **told)
    with pytest.raises(NotAllowed):
        sign.on_paper(desk.session, signer.id or 0, desk.actor(signer), desk.now, mark="сам", **told)
    sign.on_paper(desk.session, signer.id or 0, clerk, desk.now, mark="по паспорту", **told)
    assert made.state is EnvelopeState.COMPLETED
    row = queries.unconfirmed(desk.session)[0]
    with pytest.raises(NotReady, match="Another employee"):
        sign.confirm_paper(desk.session, row.id or 0, clerk, desk.now)
    sign.confirm_paper(desk.session, row.id or 0, desk.staff(Role.MANAGER), desk.now)
    assert not queries.unconfirmed(desk.session)


def test_an_inspector_records_the_paper_of_his_visit_and_no_other(desk: Desk) -> None:
    told: dict[str, Any] = {"scan_id": scan(desk), "signed_on": desk.now.date(), "mark": "подписал на объекте"}
    contract = desk.open(desk.party())
    with pytest.raises(NotReady, match="papers of his visit"):
        sign.on_paper(desk.session, desk.signers(contract)[0].id or 0, desk.staff(Role.INSPECTOR), desk.now, **told)
    act = desk.open(desk.party(), purpose="tu_act")
    sign.on_paper(desk.session, desk.signers(act)[0].id or 0, desk.staff(Role.INSPECTOR), desk.now, **told)
    assert act.state is EnvelopeState.COMPLETED


def scan(desk: Desk) -> int:
    from models.document.actions import attach

    row = attach(
        desk.session, desk.case.id or 0, desk.staff(), desk.now, kind="signed", name="s.pdf",
        media_type="application/pdf", size=9, sha256="s", key="s",
    )  # fmt: skip
    return row.id or 0


@pytest.mark.rows("H-13")
@pytest.mark.parametrize("status", ["valid", "invalid", "undetermined"])
def test_only_a_valid_certificate_signature_counts(desk: Desk, status: str) -> None:
    paper = desk.paper()
    made = desk.open(desk.party(Method.CERTIFICATE), papers=[paper])
    signer = desk.signers(made)[0]
    proofs = {paper.id or 0: Proof("key", {"status": status})}
    if status == "valid":
        sign.by_certificate(desk.session, signer.id or 0, desk.actor(signer), proofs, desk.now, VISIT)
        assert made.state is EnvelopeState.COMPLETED
    else:
        with pytest.raises(Invalid):
            sign.by_certificate(desk.session, signer.id or 0, desk.actor(signer), proofs, desk.now, VISIT)
        assert desk.signers(made)[0].state == PartyState.WAITING


def test_a_certificate_signs_every_paper_or_none(desk: Desk) -> None:
    papers = [desk.paper(), desk.paper("conditions")]
    made = desk.open(desk.party(Method.CERTIFICATE), papers=papers)
    signer = desk.signers(made)[0]
    proofs = {papers[0].id or 0: Proof("key", {"status": "valid"})}
    with pytest.raises(Invalid, match="missing"):
        sign.by_certificate(desk.session, signer.id or 0, desk.actor(signer), proofs, desk.now, VISIT)


def test_evidence_cannot_be_changed(desk: Desk) -> None:
    made = desk.open(desk.party())
    desk.sign(made, desk.signers(made)[0])
    for change in ("update signing_signature set channel = 'x'", "delete from signing_signature"):
        with pytest.raises(DBAPIError, match="never changes"), desk.session.begin_nested():
            desk.session.execute(text(change))
    with pytest.raises(DBAPIError, match="append-only"), desk.session.begin_nested():
        desk.session.execute(text("update signing_try set result = 'wrong'"))


def test_the_number_of_a_signer_stands_sealed_and_only_its_lock_may_be_turned(desk: Desk) -> None:
    """152-ФЗ, ст. 19: СНИЛС opens other doors, also beside a signature; what was written plainly is sealed by the rotation."""
    paper, s = desk.paper(), desk.session
    made = desk.open(desk.party(Method.CERTIFICATE), papers=[paper])
    signer, verdict = desk.signers(made)[0], {"status": "valid", "certificate": {"snils": SNILS, "owner": "Иванов И."}}
    sign.by_certificate(s, signer.id or 0, desk.actor(signer), {paper.id or 0: Proof("key", verdict)}, desk.now, VISIT)
    s.expire_all()
    (row,) = queries.signatures(s, made.id or 0)
    assert row.verdict == verdict

    def kept() -> dict[str, Any]:
        found: dict[str, Any] = s.execute(text("select verdict from signing_signature")).scalar_one()
        return found

    assert sealing.opened(kept()["certificate"]["snils"]) == SNILS != kept()["certificate"]["snils"]
    for path, value in (
        ("{certificate,owner}", "Петров"),
        ("{status}", "invalid"),
        ("{certificate,snils}", "11223344596"),
    ):
        change = text(
            "update signing_signature set verdict = jsonb_set(verdict, :path, to_jsonb(cast(:value as text)))"
        )
        with pytest.raises(DBAPIError, match="never changes"), s.begin_nested():
            s.execute(change, {"path": path, "value": value})
    s.execute(text("set local session_replication_role = replica"))
    s.execute(text("update signing_signature set verdict = :plain"), {"plain": json.dumps(verdict)})  # as it was before
    s.execute(text("set local session_replication_role = origin"))
    place = next(p for p in rotation.SEALED if p.name == "signing_signature.verdict")
    assert rotation._write(s, place, row.id or 0, kept(), bytes)  # noqa: SLF001
    assert sealing.opened(kept()["certificate"]["snils"]) == SNILS != kept()["certificate"]["snils"]
    assert owner.masked(row.verdict)["certificate"] == {"snils": "***4595", "owner": "Иванов И."}


# ------------------------------------------------------------------------------------------------ codes
def test_a_wrong_try_stays_counted_when_what_follows_is_rolled_back(desk: Desk) -> None:
    user = desk.person()
    people.make_code(desk.session, user, "p", "hash", desk.now)
    for _ in range(people.CODE_TRIES):
        counted = people.begin_try(desk.session, user, "p", "hash", desk.now)
        with pytest.raises(Invalid, match="wrong"), desk.session.begin_nested():
            people.use_code(desk.session, user, "p", "hash", "wrong", desk.now, counted=counted)
    row = desk.session.exec(select(SimpleCode).order_by(col(SimpleCode.id).desc())).first()
    assert row is not None
    desk.session.refresh(row)
    assert row.tries == people.CODE_TRIES
    with pytest.raises(Invalid, match="no longer valid"):
        people.begin_try(desk.session, user, "p", "hash", desk.now)


def test_a_try_that_was_not_counted_opens_nothing(desk: Desk) -> None:
    user = desk.person()
    code = people.make_code(desk.session, user, "p", "hash", desk.now)
    for invented in (0, -1, 1, 6):
        with pytest.raises(Invalid, match="no longer valid"):
            people.use_code(desk.session, user, "p", "hash", code, desk.now, counted=invented)
