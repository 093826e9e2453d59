"""The trust store as rows: two people for a centre, newer lists only, warnings once, powers with what people found out."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, select

from models.people.tables import User
from models.process.actor import Role
from models.process.errors import Invalid, NotAllowed, NotReady
from models.trust import actions, powers, queries, rules
from models.trust.tables import Place, Power, RevocationList, Standing, UserCertificate
from signatures import certificates, lists
from signatures.trust import Trust
from tests.house import House
from tests.signatures.authority import FIRM, centre, crl, key_of

NOW = datetime.now(UTC)


def facts() -> dict[str, Any]:
    return asdict(certificates.facts(certificates.load(centre().der)))


@pytest.fixture
def house(session: Session) -> House:
    return House(session, NOW)


def test_a_centre_is_believed_only_after_another_employee_has_typed_its_fingerprint(house: House) -> None:
    s, admin, manager = house.session, house.staff[Role.ADMIN], house.staff[Role.MANAGER]
    with pytest.raises(NotAllowed):
        actions.propose(s, house.staff[Role.OPERATOR], facts(), centre().der, Place.ROOT, NOW)
    row = actions.propose(s, admin, facts(), centre().der, Place.ROOT, NOW)
    assert queries.believed(s).roots == ()
    with pytest.raises(NotReady):
        actions.confirm(s, admin, row.id or 0, row.sha256[-8:], NOW)
    with pytest.raises(Invalid):
        actions.confirm(s, manager, row.id or 0, "00000000", NOW)
    assert queries.believed(s).roots == ()
    actions.confirm(s, manager, row.id or 0, row.sha256[-8:].upper(), NOW)
    assert queries.believed(s).roots == (centre().der,)
    with pytest.raises(Invalid):
        actions.propose(s, admin, facts(), centre().der, Place.ROOT, NOW)
    actions.withdraw(s, admin, row.id or 0, "ключ раскрыт", NOW)
    assert queries.believed(s).roots == ()


def test_the_database_has_the_last_word_on_a_centre(house: House) -> None:
    s = house.session
    row = actions.propose(s, house.staff[Role.ADMIN], facts(), centre().der, Place.ROOT, NOW)
    for change in ({"state": Standing.TRUSTED}, {"der": b"another"}, {"confirmed_by": row.proposed_by}):
        with pytest.raises(DBAPIError):
            _forced(s, row, change)
        s.refresh(row)


def _forced(session: Session, row: Any, change: dict[str, Any]) -> None:
    """Past the actions, as a mistake of ours would."""
    with session.begin_nested():
        for name, value in change.items():
            setattr(row, name, value)
        session.flush()


def test_an_older_list_never_hides_a_revocation(house: House) -> None:
    s, admin = house.session, house.staff[Role.ADMIN]
    trust = Trust.of([centre().der])
    old, old_der = lists.read(crl(), trust)
    new = asdict(old) | {"this_update": old.this_update + timedelta(hours=1), "entries": 1, "sha256": "b" * 64}
    row = actions.add_file(s, admin, new, b"newer", NOW)
    with pytest.raises(Invalid, match="older"):
        actions.add_file(s, admin, asdict(old), old_der, NOW)
    assert (row.entries, queries.believed(s).lists) == (1, (b"newer",))


def test_a_list_is_asked_for_again_sooner_when_it_fails_and_when_it_ends(now: datetime) -> None:
    row = RevocationList(added_at=now, this_update=now, next_update=now + timedelta(days=7))
    assert rules.next_refresh(row, now) == now + rules.EVERY
    row.next_update = now + timedelta(hours=1)
    assert rules.next_refresh(row, now) == now + timedelta(minutes=15)
    row.failures = 1
    assert rules.next_refresh(row, now) == now + rules.SOONEST
    row.failures = 30
    assert rules.next_refresh(row, now) == now + rules.LATEST
    assert not rules.stale(row, now)
    assert rules.stale(row, now + timedelta(hours=1))


def test_a_certificate_is_registered_once_and_an_expired_one_never(house: House) -> None:
    s, user = house.session, house.applicant()
    actor = _actor(user)
    held = asdict(certificates.facts(certificates.load(key_of(FIRM).chain[0])))
    row = actions.register(s, actor, held, b"der", "file", "", NOW)
    assert actions.register(s, actor, held, b"der", "signature", "why", NOW).id == row.id
    assert [c.doubt for c in queries.certificates_of(s, user.id or 0)] == ["why"]
    with pytest.raises(Invalid):
        actions.register(s, actor, held | {"not_after": NOW}, b"der", "file", "", NOW)
    actions.remove(s, actor, row.id or 0, NOW)
    assert not queries.certificates_of(s, user.id or 0)


def _actor(user: User) -> Any:
    from models.people.rules import actor_of

    return actor_of(user)


def test_warnings_come_thirty_seven_and_one_day_before_the_end(now: datetime) -> None:
    row = UserCertificate(user_id=1, sha256="", owner="", number="", issuer="", not_before=now, der=b"", registered_at=now,
                          not_after=now + timedelta(days=40))  # fmt: skip
    assert rules.due_warnings(row, now) == []
    assert rules.next_warning(row, now) == now + timedelta(days=10)
    assert rules.due_warnings(row, now + timedelta(days=11)) == [30]
    row.warned = [30]
    assert rules.due_warnings(row, now + timedelta(days=11)) == []
    assert rules.due_warnings(row, now + timedelta(days=39, hours=1)) == [7, 1]
    assert rules.due_warnings(row, now + timedelta(days=41)) == []


def power(user: User, **more: Any) -> Power:
    told = {"user_id": user.id or 0, "number": "1", "principal": "x", "principal_inn": "y", "issued": NOW.date(),
            "until": NOW.date(), "xml_key": "k", "signature_key": "k", "status": "undetermined", "registered_at": NOW}  # fmt: skip
    return Power(**(told | more))


def test_the_answer_of_the_register_is_good_for_a_day(house: House) -> None:
    row = power(house.applicant())
    house.session.add(row)
    house.session.flush()
    assert rules.register_answer(row, NOW) is None
    powers.answer(house.session, house.staff[Role.OPERATOR], row.id or 0, False, NOW)
    assert rules.register_answer(row, NOW + timedelta(hours=23)) is False
    assert rules.register_answer(row, NOW + timedelta(hours=25)) is None
    powers.revoke(house.session, house.staff[Role.OPERATOR], row.id or 0, "уволен", NOW + timedelta(hours=2))
    assert rules.register_answer(row, NOW + timedelta(hours=3)) is True
    assert rules.register_answer(row, NOW + timedelta(hours=1)) is False, "what was signed before keeps its force"


def test_a_revoked_power_is_refused_from_everybody(house: House) -> None:
    first, second = house.applicant(), house.applicant()
    row = power(first, revoked_at=NOW)
    house.session.add(row)
    house.session.flush()
    told = {n: getattr(row, n) for n in ("principal", "principal_inn", "issued", "until", "parent")}
    told |= {"number": "1", "representatives": [], "powers": []}
    for number, status in (("1", "valid"), ("2", "invalid")):
        with pytest.raises(Invalid):
            powers.register(
                house.session, _actor(second), told | {"number": number}, ("k", "k"), {"status": status}, NOW
            )
    powers.register(house.session, _actor(second), told | {"number": "2"}, ("k", "k"), {"status": "undetermined"}, NOW)
    assert house.session.exec(select(Power.number).where(Power.user_id == second.id)).all() == ["2"]


@pytest.mark.parametrize(
    ("certificate", "named"),
    [({"inn": "1", "snils": "2"}, True), ({"snils": "2"}, True), ({"inn": "1", "snils": "3"}, False), ({}, False)],
)
def test_a_power_names_its_owner_by_every_number_both_sides_tell(certificate: dict[str, str], named: bool) -> None:
    row = Power(representatives=[{"name": "Иванов", "inn": "1", "snils": "2"}], user_id=1)
    assert rules.names_owner(row, certificate) is named


@pytest.mark.parametrize(("qualified", "status"), [(True, "valid"), (False, "invalid")])
def test_a_document_of_ours_needs_a_qualified_certificate(qualified: bool, status: str) -> None:
    verdict = {"status": "valid", "reason": "", "checks": [], "certificate": {"qualified": qualified}}
    assert rules.levelled(verdict, "contract")["status"] == status
    worse = verdict | {"status": "undetermined"}
    assert rules.levelled(worse, "contract")["status"] == "undetermined"
