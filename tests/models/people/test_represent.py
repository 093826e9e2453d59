"""A representative: what an offer must say, who is named by a contact, when the power is in force and when it is over."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from models.connection.tables import Stage
from models.delivery.tables import Letter, Notice
from models.people import represent, represent_queries
from models.people import represent_rules as rules
from models.people.branches import OtherBranch
from models.people.represent_tables import Act, Basis, Representative, State
from models.people.rules import actor_of
from models.people.tables import Audit, Branch, PersonKind, User
from models.process.actor import Role
from models.process.errors import Invalid, ManyInvalid, NotAllowed, NotFound, NotReady, Stale
from tests.models.people.powers import SCAN, ZONE, offer_of, offered, power
from tests.models.story import Story

BOTH = (Act.FILE, Act.CORRESPOND)


@pytest.fixture
def anna(story: Story) -> User:
    return story.house.applicant()


@pytest.fixture
def boris(story: Story) -> User:
    found = story.house.applicant()
    found.name = "Борисов Фёдор Львович"
    return found


def kinds(session: Session, user: User) -> list[str]:
    session.flush()
    query = select(Notice.title).where(Notice.user_id == user.id).order_by(col(Notice.id))
    return [title.split(":")[0] for title in session.exec(query)]


# ------------------------------------------------------------------------------------------------ what an offer must say
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"contact": ""}, "contact"),
        ({"contact": "не-почта@"}, "contact"),
        ({"contact": "a1@pochta.example"}, "contact"),
        ({"agent_name": "Борисов"}, "agent_name"),
        ({"basis": Basis.HEAD}, "basis"),
        ({"number": " "}, "number"),
        ({"issued_on": None}, "issued_on"),
        ({"issued_on": datetime(2027, 1, 1).date()}, "issued_on"),
        ({"acts": []}, "acts"),
        ({"acts": ["everything"]}, "acts"),
        ({"first": None}, "first"),
        ({"first": datetime(2026, 1, 1).date()}, "first"),
        ({"last": None}, "last"),
        ({"last": datetime(2026, 11, 1).date()}, "last"),
        ({"last": datetime(2032, 1, 1).date()}, "last"),
    ],
)  # fmt: skip
def test_an_offer_names_every_fault_beside_its_field(
    story: Story, anna: User, boris: User, wrong: dict[str, object], field: str
) -> None:
    told = replace(offer_of(boris, BOTH, story.now), **wrong)
    assert rules.faults(offer_of(boris, BOTH, story.now), anna, story.now.date()) == []
    assert [f.field for f in rules.faults(told, anna, story.now.date())] == [field]


def test_an_offer_without_a_scan_is_not_taken(story: Story, anna: User, boris: User) -> None:
    with pytest.raises(ManyInvalid) as found:
        represent.offer(story.session, offer_of(boris, BOTH, story.now), None, actor_of(anna), story.now, ZONE)
    assert [f.field for f in found.value.errors] == ["scan"]


def test_a_firm_is_represented_by_its_head_and_a_person_by_law(story: Story, anna: User) -> None:
    assert rules.bases_of(story.house.applicant(PersonKind.LEGAL_ENTITY)) == [Basis.POWER, Basis.HEAD]
    assert rules.bases_of(anna) == [Basis.POWER, Basis.LAW]


def test_only_a_customer_names_a_representative_and_only_for_his_own_case(
    story: Story, anna: User, boris: User
) -> None:
    told = offer_of(boris, BOTH, story.now)
    with pytest.raises(NotAllowed):
        represent.offer(story.session, told, SCAN, story.staff(Role.OPERATOR), story.now, ZONE)
    foreign = replace(told, application_id=story.house.draft(boris).id)
    with pytest.raises(NotFound):
        represent.offer(story.session, foreign, SCAN, actor_of(anna), story.now, ZONE)


# ------------------------------------------------------------------------------------------------ whom a contact names
def test_an_offer_says_the_same_whether_the_contact_is_known_or_not(story: Story, anna: User, boris: User) -> None:
    known = offered(story.session, anna, boris, BOTH, story.now)
    unknown = offered(story.session, anna, boris, BOTH, story.now, contact="nobody@pochta.example")
    for row in (known, unknown):
        assert (row.agent_id, row.state) == (None, State.OFFERED)
    assert kinds(story.session, boris) == ["Вас указали представителем"], "the owner is told, the principal is not"
    assert kinds(story.session, anna) == []
    written = select(Letter.recipient).where(Letter.kind == "representative_offer").order_by(col(Letter.id))
    assert list(story.session.exec(written)) == [boris.email, "nobody@pochta.example"]


@pytest.mark.parametrize("proved", [True, False], ids=["proved", "only typed"])
def test_an_email_or_phone_names_only_who_has_proved_it(story: Story, anna: User, boris: User, proved: bool) -> None:
    boris.email_confirmed_at = story.now if proved else None
    row = offered(story.session, anna, boris, BOTH, story.now, contact=boris.email.upper())
    assert (row in represent_queries.of_agent(story.session, boris)) is proved
    if proved:
        represent.accept(story.session, row.id or 0, actor_of(boris), story.now)
        assert row.agent_id == boris.id
    else:
        with pytest.raises(NotFound):
            represent.accept(story.session, row.id or 0, actor_of(boris), story.now)


def test_a_phone_is_found_however_it_is_typed(story: Story) -> None:
    assert rules.contact_of("8 (922) 555-01-23") == rules.contact_of("+79225550123") == "+79225550123"


def test_a_stranger_and_the_principal_himself_accept_nothing(story: Story, anna: User, boris: User) -> None:
    row = offered(story.session, anna, boris, BOTH, story.now)
    for who in (story.house.applicant(), anna):
        for verb in (represent.accept, lambda s, i, a, n: represent.decline(s, i, a, "", n)):
            with pytest.raises(NotFound):
                verb(story.session, row.id or 0, actor_of(who), story.now)


# ------------------------------------------------------------------------------------------------ in force
@pytest.mark.parametrize("order", [("check", "accept"), ("accept", "check")])
def test_a_power_is_in_force_when_both_have_said_yes(
    story: Story, anna: User, boris: User, order: tuple[str, str]
) -> None:
    row = offered(story.session, anna, boris, BOTH, story.now)
    who = {"check": story.staff(Role.OPERATOR), "accept": actor_of(boris)}
    verbs = {"check": represent.check, "accept": represent.accept}
    verbs[order[0]](story.session, row.id or 0, who[order[0]], story.now)
    assert row.state == State.OFFERED
    assert represent_queries.live(story.session, boris.id or 0, anna.id or 0) == []
    verbs[order[1]](story.session, row.id or 0, who[order[1]], story.now)
    assert row.state == State.ACTIVE
    assert represent_queries.live(story.session, boris.id or 0, anna.id or 0) == [row]
    assert kinds(story.session, anna)[-1] == kinds(story.session, boris)[-1] == "Доверенность действует"


def test_another_name_than_the_power_says_goes_to_the_desk_once_more(story: Story, anna: User, boris: User) -> None:
    row = offered(story.session, anna, boris, BOTH, story.now, agent_name="Другой Иван Ильич")
    represent.check(story.session, row.id or 0, story.staff(Role.OPERATOR), story.now)
    represent.accept(story.session, row.id or 0, actor_of(boris), story.now)
    assert (row.state, row.checked_at) == (State.OFFERED, None)
    assert row in represent_queries.unchecked(story.session)
    represent.check(story.session, row.id or 0, story.staff(Role.OPERATOR), story.now)
    assert row.state == State.ACTIVE


def test_a_name_is_the_same_in_whatever_letters() -> None:
    assert rules.same_name("Борисов Фёдор Львович", "федор  львович БОРИСОВ")
    assert not rules.same_name("Борисов Фёдор Львович", "Борисова Фёкла Львовна")


def test_the_desk_checks_and_refuses_with_a_reason_and_nobody_else_does(story: Story, anna: User, boris: User) -> None:
    row = offered(story.session, anna, boris, BOTH, story.now)
    for role in (Role.ENGINEER, Role.AUDITOR, Role.ADMIN):
        with pytest.raises(NotAllowed):
            represent.check(story.session, row.id or 0, story.staff(role), story.now)
    with pytest.raises(NotAllowed):
        represent.check(story.session, row.id or 0, actor_of(boris), story.now)
    with pytest.raises(Invalid) as wrong:
        represent.turn_away(story.session, row.id or 0, story.staff(Role.OPERATOR), " ", story.now)
    assert wrong.value.field == "reason"
    represent.turn_away(story.session, row.id or 0, story.staff(Role.OPERATOR), "скан нечитаем", story.now)
    assert (row.state, row.reason) == (State.REFUSED, "скан нечитаем")
    with pytest.raises(Stale):
        represent.accept(story.session, row.id or 0, actor_of(boris), story.now)
    with pytest.raises(Stale):
        represent.check(story.session, row.id or 0, story.staff(Role.OPERATOR), story.now)


@pytest.mark.parametrize("by", ["principal", "agent", "desk"])
def test_either_side_revokes_at_any_time_and_both_are_told(story: Story, anna: User, boris: User, by: str) -> None:
    row = power(story.session, anna, boris, BOTH, story.staff(Role.OPERATOR), story.now)
    who = {"principal": actor_of(anna), "agent": actor_of(boris), "desk": story.staff(Role.OPERATOR)}[by]
    if by == "desk":
        with pytest.raises(Invalid):
            represent.revoke(story.session, row.id or 0, who, story.now)
    represent.revoke(story.session, row.id or 0, who, story.now, "заявление" if by == "desk" else "")
    assert row.state == State.REVOKED
    assert represent_queries.live(story.session, boris.id or 0, anna.id or 0) == []
    assert kinds(story.session, anna)[-1] == kinds(story.session, boris)[-1] == "Доверенность отозвана"
    with pytest.raises(Stale):
        represent.revoke(story.session, row.id or 0, who, story.now, "ещё раз")
    tags = story.session.exec(select(Audit.tag).where(Audit.subject_id == anna.id).order_by(col(Audit.id))).all()
    assert tags[-4:] == [f"people:representative:{x}" for x in ("offered", "checked", "accepted", "revoked")]


def test_a_desk_checks_the_powers_of_its_own_customers_and_of_those_without_a_case(
    story: Story, anna: User, boris: User
) -> None:
    away = story.session.exec(select(Branch).where(Branch.id != story.house.branch.id)).first()
    assert away is not None
    clerk = story.house._user("away", Role.OPERATOR, "Далеков Олег")
    clerk.branch_id = away.id
    early = offered(story.session, anna, boris, BOTH, story.now)
    represent.check(story.session, early.id or 0, actor_of(clerk), story.now)
    late = offered(story.session, anna, boris, BOTH, story.now)
    story.to(Stage.CHECKING, anna)
    for verb in (represent.check, lambda s, i, a, n: represent.revoke(s, i, a, n, "заявление")):
        with pytest.raises(OtherBranch):
            verb(story.session, late.id or 0, actor_of(clerk), story.now)
    represent.check(story.session, late.id or 0, story.staff(Role.OPERATOR), story.now)


def test_a_stranger_revokes_nothing(story: Story, anna: User, boris: User) -> None:
    row = power(story.session, anna, boris, BOTH, story.staff(Role.OPERATOR), story.now)
    for who in (actor_of(story.house.applicant()), story.staff(Role.ENGINEER)):
        with pytest.raises(NotFound):
            represent.revoke(story.session, row.id or 0, who, story.now)


# ------------------------------------------------------------------------------------------------ the edge of the term
def test_the_last_day_is_whole_and_the_next_moment_is_over(story: Story, anna: User, boris: User) -> None:
    row = power(story.session, anna, boris, BOTH, story.staff(Role.OPERATOR), story.now)
    people = (story.session, boris.id or 0, anna.id or 0, None)
    assert row.until.astimezone(ZONE).time().isoformat() == "00:00:00"
    assert represent_queries.live(*people, row.until - timedelta(microseconds=1)) == [row]
    assert represent_queries.live(*people, row.until) == []
    assert represent_queries.live(*people, row.starts_at - timedelta(microseconds=1)) == []
    assert rules.last_day(row, ZONE) == (row.until - timedelta(seconds=1)).astimezone(ZONE).date()


def test_the_sweep_notes_the_end_once_and_not_a_moment_before(story: Story, anna: User, boris: User) -> None:
    row = power(story.session, anna, boris, BOTH, story.staff(Role.OPERATOR), story.now)
    waiting = offered(story.session, anna, boris, BOTH, story.now)
    assert represent.expire(story.session, row.until - timedelta(microseconds=1)) == 0
    assert represent.expire(story.session, row.until) == 2
    assert {row.state, waiting.state} == {State.EXPIRED}
    assert represent.expire(story.session, row.until) == 0
    assert kinds(story.session, anna).count("Срок доверенности закончился") == 2


def test_an_offer_whose_term_has_ended_is_neither_agreed_to_nor_checked(story: Story, anna: User, boris: User) -> None:
    row = offered(story.session, anna, boris, BOTH, story.now)
    for verb, who in ((represent.accept, actor_of(boris)), (represent.check, story.staff(Role.OPERATOR))):
        with pytest.raises(NotReady):
            verb(story.session, row.id or 0, who, row.until)


def test_the_words_name_both_and_the_paper(story: Story, anna: User, boris: User) -> None:
    firm = story.house.applicant(PersonKind.LEGAL_ENTITY)
    day = f"{story.now.astimezone(ZONE):%d.%m.%Y}"
    row = power(story.session, firm, boris, BOTH, story.staff(Role.OPERATOR), story.now)
    assert rules.called(row) == f"Борисов Ф. Л. по доверенности № 12 от {day} за ООО «Лесной двор»"
    head = Representative(**row.model_dump() | {"basis": Basis.HEAD})
    assert rules.called(head).endswith(f"как руководитель (ЕГРЮЛ, запись № 12 от {day}) за ООО «Лесной двор»")


def test_whom_i_act_for_names_only_those_who_gave_the_act(story: Story, anna: User, boris: User) -> None:
    firm = story.house.applicant(PersonKind.LEGAL_ENTITY)
    power(story.session, anna, boris, [Act.PAY], story.staff(Role.OPERATOR), story.now)
    power(story.session, firm, boris, BOTH, story.staff(Role.OPERATOR), story.now)
    assert set(represent_queries.principals(story.session, boris.id or 0)) == {anna.id, firm.id}
    assert set(represent_queries.principals(story.session, boris.id or 0, Act.FILE)) == {firm.id}
