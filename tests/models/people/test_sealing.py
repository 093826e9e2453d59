"""СНИЛС lies sealed wherever it stands, is found all the same, and opens with the right key alone."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from infra import keys, rotation
from infra.database import Database
from models.connection.tables import Application, Stage
from models.document.tables import Document
from models.people import my_data, queries, sealing, sessions
from models.people.proof_tables import Channel, Purpose
from models.people.proofs import promise
from models.people.tables import Attempt, LoginKind, User
from models.trust import queries as trust
from models.trust.tables import Power, UserCertificate
from signatures.secrets import Vault, Words, new_key
from tests.conftest import NOW
from tests.models.story import Story

SNILS = "11223344595"


@pytest.fixture
def other_keys() -> Iterator[None]:
    yield
    sealing.provide(keys.words)


def under(*known: str) -> None:
    sealing.provide(lambda: Words(list(known)))


def raw(session: Session, column: str, user: User) -> str:
    session.flush()
    return str(session.execute(text(f"select {column} from app_user where id = :id"), {"id": user.id}).scalar_one())


def everywhere(session: Session, *words: str) -> list[str]:
    """Tables in which one of the words stands in any column."""
    names = session.execute(text("select relname from pg_class where relkind = 'r' and relnamespace = "
                                 "'public'::regnamespace")).scalars().all()  # fmt: skip
    query = "select exists (select 1 from {0} t where t::text ~ :words)"
    found = (
        (name, session.execute(text(query.format(name)), {"words": "|".join(words)}).scalar_one()) for name in names
    )
    return [name for name, stands in found if stands]


def test_after_a_whole_case_no_table_shows_a_snils(story: Story) -> None:
    anna = story.house.applicant()
    case = story.to(Stage.COMPLETED, anna)
    story.session.flush()
    assert everywhere(story.session, SNILS, "112-233-445 95", anna.login) == []
    assert everywhere(story.session, case.object_name), "the search of this test finds what is there"
    story.session.expire_all()
    assert (anna.snils, case.person["snils"]) == (SNILS, SNILS)
    paper = story.session.exec(select(Document).where(Document.application_id == case.id)).first()
    assert paper is not None
    assert paper.data["applicant"]["snils"] == "112-233-445 95"


def test_the_copy_for_the_person_shows_his_own_number(story: Story) -> None:
    anna = story.house.applicant()
    case = story.to(Stage.EXECUTION, anna)
    found = my_data.copy_of(story.session, anna.id or 0)
    assert found["applications"][0]["person"]["snils"] == case.person["snils"] == SNILS


def test_a_person_is_found_by_a_sealed_number(story: Story) -> None:
    anna = story.house.applicant()
    assert raw(story.session, "snils", anna).startswith(sealing.MARK)
    assert raw(story.session, "login", anna).startswith(sealing.MARK)
    assert queries.by_any_number(story.session, "112-233-445 95") is anna
    assert sessions.holder(story.session, anna.login, tuple(LoginKind)) is anna
    assert story.session.exec(select(User).where(col(User.login).in_(["nobody", anna.login]))).all() == [anna]
    assert story.session.exec(select(User).where(User.snils == "24568811300")).all() == []


def test_what_was_written_before_is_read_and_found(story: Story) -> None:
    anna = story.house.applicant()
    story.session.flush()
    story.session.execute(text("update app_user set snils = :snils, login = :snils where id = :id"),
                          {"snils": SNILS, "id": anna.id})  # fmt: skip
    story.session.expire_all()
    assert anna.snils == SNILS
    assert queries.by_any_number(story.session, SNILS) is anna


def test_other_logins_stay_plain(story: Story) -> None:
    clerk = story.session.exec(select(User).where(User.login == "operator")).one()
    assert raw(story.session, "login", clerk) == "operator"


def test_the_earlier_key_is_read_and_searched_until_it_goes(story: Story, other_keys: None) -> None:
    old, new = new_key(), new_key()
    under(old)
    anna = story.house.applicant()
    story.session.flush()
    under(new, old)
    story.session.expire_all()
    assert queries.by_any_number(story.session, SNILS) is anna
    assert anna.snils == SNILS
    under(new)
    story.session.expire_all()
    assert queries.by_any_number(story.session, SNILS) is None
    with pytest.raises(sealing.LostKey):
        story.session.refresh(anna)


def test_a_changed_word_does_not_open(story: Story) -> None:
    anna = story.house.applicant()
    kept = raw(story.session, "snils", anna)
    changed = kept[:-3] + ("A" if kept[-3] != "A" else "B") + kept[-2:]
    story.session.execute(text("update app_user set snils = :s where id = :id"), {"s": changed, "id": anna.id})
    with pytest.raises(sealing.LostKey):
        story.session.refresh(anna)


def test_what_is_typed_at_a_registration_waits_sealed(session: Session, now) -> None:  # type: ignore[no-untyped-def]
    data = {"login": SNILS, "values": {"snils": SNILS, "city": "Приозёрск"}}
    made = promise(session, Purpose.REGISTER, Channel.EMAIL, "a@pochta.example", now, sessions.WAITING, data=data)
    session.flush()
    assert everywhere(session, SNILS) == []
    session.refresh(made.proof)
    assert made.proof.data == data


def test_counted_tries_do_not_tell_whose_they_were(session: Session, now) -> None:  # type: ignore[no-untyped-def]
    session.add(Attempt(kind="sign-in", key=f"{SNILS}@203.0.113.7", at=now))
    session.flush()
    assert everywhere(session, SNILS, "203[.]0[.]113[.]7") == []
    assert len(session.exec(select(Attempt).where(Attempt.key == f"{SNILS}@203.0.113.7")).all()) == 1


def test_only_what_is_named_is_sealed_in_a_json(session: Session) -> None:
    told = {"snils": SNILS, "people": [{"snils": SNILS, "name": "Анна"}], "nothing": {"snils": None}, "n": 1}
    sealed = sealing.every(told, sealing.seal)
    assert SNILS not in str(sealed)
    assert sealed["people"][0]["name"] == "Анна"
    assert sealing.every(sealed, sealing.seal) == sealed, "sealing twice is sealing once"
    assert sealing.every(sealed, sealing.opened) == told


def test_a_case_is_still_searched_by_its_json(story: Story) -> None:
    case = story.to(Stage.CHECKING, story.house.applicant())
    story.session.flush()
    query = select(Application.id).where(Application.person["name"].astext == case.person["name"])  # type: ignore[index]
    assert case.id in story.session.exec(query).all()


# ------------------------------------------------------------------------------------------------ certificates and powers
DER = b"0\x82 a certificate of " + SNILS.encode()


def trusted(story: Story) -> tuple[UserCertificate, Power]:
    """A certificate and a machine-readable power that name a person's number."""
    person, now = story.house.applicant(), story.now
    held = UserCertificate(user_id=person.id or 0, sha256="x", owner="Анна", snils=SNILS, number="1", issuer="УЦ", not_before=now,
                           not_after=now, der=DER, registered_at=now)  # fmt: skip
    told = [{"name": "Анна", "inn": "471105123455", "snils": SNILS}]
    given = Power(user_id=person.id or 0, number="7", principal="ООО", principal_inn="4711044524", representatives=told,
                  issued=now.date(), until=now.date(), xml_key="k", signature_key="k", status="valid", registered_at=now,
                  report={"certificate": {"snils": SNILS}})  # fmt: skip
    story.session.add_all([held, given])
    story.session.flush()
    return held, given


def plain_bytes(session: Session) -> bytes:
    return bytes(session.execute(text("select der from user_certificate")).scalar_one())


def test_certificates_and_powers_show_no_snils_and_are_found_by_it(story: Story) -> None:
    held, given = trusted(story)
    assert everywhere(story.session, SNILS) == []
    assert everywhere(story.session, "471105123455") == ["power_of_attorney"], (
        "the search of this test finds what is there"
    )
    assert SNILS.encode() not in plain_bytes(story.session)
    story.session.expire_all()
    assert (held.snils, held.der, given.representatives[0]["snils"]) == (SNILS, DER, SNILS)
    assert given.report == {"certificate": {"snils": SNILS}}
    assert trust.certificates(story.session, SNILS) == [held]
    assert trust.certificates(story.session, "24568811300") == []


def test_a_change_of_keys_covers_certificates_and_powers_also_those_that_lay_plainly(
    database: Database, other_keys: None
) -> None:
    old, new = new_key(), new_key()
    under(old)
    with database.transaction() as session:
        held, given = trusted(Story(session, NOW))
        plain = text("update user_certificate set snils = :snils, der = :der")
        session.execute(plain, {"snils": SNILS, "der": DER})  # as an earlier version wrote it
        ids = held.id, given.id
    under(new, old)
    places = {p.place: p.rows for p in rotation.rotate(database, Vault([new, old]).rotate, new)}
    wanted = (
        "user_certificate.snils",
        "user_certificate.der",
        "power_of_attorney.representatives",
        "power_of_attorney.report",
    )
    assert [places[place] for place in wanted] == [1, 1, 1, 1]
    under(new)
    with database.transaction() as session:
        assert SNILS.encode() not in plain_bytes(session)
        assert everywhere(session, SNILS) == []
        held, given = session.get_one(UserCertificate, ids[0]), session.get_one(Power, ids[1])
        assert (held.snils, held.der, given.representatives[0]["snils"]) == (SNILS, DER, SNILS)
