"""Power of feeding centres: held, connected, given back; never more than there is, whoever writes."""

from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, select

from models.connection.tables import Application, Stage
from models.network import actions, queries
from models.network.rules import Values
from models.network.tables import Centre, Reservation
from models.process.actor import Role
from models.process.errors import Invalid, ManyInvalid, NotAllowed, NotFound, Stale
from models.process.queries import verify_chain
from tests.models.story import Story


def values(story: Story, **more: object) -> Values:
    told: dict[str, object] = {
        "name": "ПС 35/10 кВ «Береговая»", "voltage": "35/10 кВ", "installed_kw": Decimal(100),
        "connected_kw": Decimal(40), "branch_id": story.house.branch.id or 0, "location": "за мостом",
    }  # fmt: skip
    return Values(**(told | more))  # type: ignore[arg-type]


@pytest.fixture
def centre(story: Story) -> Centre:
    return actions.add(story.session, values(story), story.staff(Role.ENGINEER), story.now)


def case(story: Story) -> Application:
    return story.to(Stage.CHECKING)


def reserve(story: Story, centre: Centre, case: Application, kw: int | str) -> Reservation:
    return actions.reserve(story.session, centre.id or 0, case.id or 0, Decimal(kw), story.now)


def powers(session: Session, centre: Centre) -> tuple[Decimal, ...]:
    found = queries.centre(session, centre.id or 0)
    assert found is not None
    return found.connected_kw, found.reserved_kw, found.free_kw


# ------------------------------------------------------------------------------------------------ the life of a reservation
def test_reserved_power_is_not_free_and_becomes_connected(story: Story, centre: Centre) -> None:
    it = case(story)
    reserve(story, centre, it, 15)
    assert powers(story.session, centre) == (40, 15, 45)
    actions.settle(story.session, it.id or 0, story.now)
    assert powers(story.session, centre) == (55, 0, 45)
    actions.release(story.session, it.id or 0, story.now)
    assert powers(story.session, centre) == (55, 0, 45), "what is connected is not given back"


def test_an_annulled_case_gives_its_power_back_once(story: Story, centre: Centre) -> None:
    it = case(story)
    reserve(story, centre, it, 15)
    for _again in range(2):
        actions.release(story.session, it.id or 0, story.now)
    assert powers(story.session, centre) == (40, 0, 60)
    assert actions.standing(story.session, it.id or 0) is None


def test_a_case_that_held_nothing_ends_quietly(story: Story, centre: Centre) -> None:
    it = case(story)
    actions.settle(story.session, it.id or 0, story.now)
    actions.release(story.session, it.id or 0, story.now)
    assert powers(story.session, centre) == (40, 0, 60)


def test_another_power_or_another_centre_takes_the_place_of_the_first(story: Story, centre: Centre) -> None:
    it = case(story)
    other = actions.add(story.session, values(story, name="ПС «Вторая»"), story.staff(Role.MANAGER), story.now)
    reserve(story, centre, it, 15)
    reserve(story, centre, it, 60)  # its own 15 count as free for it
    assert powers(story.session, centre) == (40, 60, 0)
    first = reserve(story, other, it, 20)
    assert reserve(story, other, it, 20) is first
    assert powers(story.session, centre) == (40, 0, 60)
    assert powers(story.session, other) == (40, 20, 40)


# ------------------------------------------------------------------------------------------------ never more than there is
def test_the_last_kilowatt_may_be_taken_and_not_a_hundredth_more(story: Story, centre: Centre) -> None:
    one, two = case(story), case(story)
    reserve(story, centre, one, "59.99")
    with pytest.raises(Invalid) as fault:
        reserve(story, centre, two, "0.02")
    assert fault.value.field == "centre"
    assert "0.01 kW free" in str(fault.value)
    reserve(story, centre, two, "0.01")
    assert powers(story.session, centre)[2] == 0


@pytest.mark.parametrize("kw", ["0", "-5"])
def test_nothing_and_less_is_no_power(story: Story, centre: Centre, kw: str) -> None:
    with pytest.raises(Invalid):
        reserve(story, centre, case(story), kw)


def test_a_closed_centre_takes_nobody_new_and_keeps_who_is_there(story: Story, centre: Centre) -> None:
    inside, outside = case(story), case(story)
    reserve(story, centre, inside, 10)
    boss = story.staff(Role.MANAGER)
    actions.edit(story.session, centre.id or 0, centre.version, values(story, closed=True), boss, story.now)
    with pytest.raises(Invalid, match="no new connections"):
        reserve(story, centre, outside, 1)
    reserve(story, centre, inside, 12)
    actions.settle(story.session, inside.id or 0, story.now)
    assert powers(story.session, centre) == (52, 0, 48)


def test_an_unknown_centre_is_not_found(story: Story) -> None:
    with pytest.raises(NotFound):
        actions.reserve(story.session, 10**9, case(story).id or 0, Decimal(5), story.now)


@pytest.mark.parametrize(
    ("command", "wall"),
    [
        ("insert into power_reservation (centre_id, application_id, kw, state, made_at) values (:c, :a, 61, 'held', now())", "centre_is_not_oversold"),
        ("insert into power_reservation (centre_id, application_id, kw, state, made_at) values (:c, :a, 61, 'settled', now())", "centre_is_not_oversold"),
        ("update centre set connected_kw = 101 where id = :c", "centre_is_not_oversold"),
        ("update centre set installed_kw = 39 where id = :c", "centre_is_not_oversold"),
        ("update centre set connected_kw = -1 where id = :c", "centre_is_not_negative"),
        ("update centre set reserved_kw = 5 where id = :c", "counted from the reservations"),
        ("update power_reservation set kw = 1 where application_id = :a", "ended and made anew"),
        ("insert into power_reservation (centre_id, application_id, kw, state, made_at) values (:c, :a, 1, 'held', now())", "reservation_held_once"),
    ],
)  # fmt: skip
def test_the_database_has_the_last_word_whoever_writes(story: Story, centre: Centre, command: str, wall: str) -> None:
    it = case(story)
    if "reservation_held_once" in wall or command.startswith("update power"):
        reserve(story, centre, it, 5)
    with pytest.raises(DBAPIError, match=wall):
        story.session.execute(text(command), {"c": centre.id, "a": it.id})


def test_a_reservation_that_is_deleted_gives_back_what_it_held(story: Story, centre: Centre) -> None:
    it = case(story)
    reserve(story, centre, it, 5)
    story.session.execute(text("delete from power_reservation where application_id = :a"), {"a": it.id})
    story.session.expire_all()
    assert powers(story.session, centre) == (40, 0, 60)


# ------------------------------------------------------------------------------------------------ the register
def test_an_edit_is_written_into_a_chain_that_proves(story: Story, centre: Centre) -> None:
    wanted = values(story, installed_kw=Decimal(250), name="ПС  35/10 кВ  «Береговая» ")
    actions.edit(story.session, centre.id or 0, centre.version, wanted, story.staff(Role.ENGINEER), story.now)
    newest, first = queries.changes(story.session, centre.id or 0)
    assert newest.tag == "desk:centre:edited"
    assert newest.changes == {"installed_kw": ["100.00", "250"]}
    assert first.tag == "desk:centre:added"
    assert [fault for fault in verify_chain(story.session) if fault.startswith("centre")] == []


def test_an_edit_without_a_change_leaves_no_trace(story: Story, centre: Centre) -> None:
    before = centre.version
    actions.edit(story.session, centre.id or 0, before, values(story), story.staff(Role.ENGINEER), story.now)
    assert centre.version == before


def test_two_people_on_one_form_the_second_looks_again(story: Story, centre: Centre) -> None:
    seen = centre.version
    boss = story.staff(Role.MANAGER)
    actions.edit(story.session, centre.id or 0, seen, values(story, location="у станции"), boss, story.now)
    with pytest.raises(Stale):
        actions.edit(story.session, centre.id or 0, seen, values(story, location="у реки"), boss, story.now)


@pytest.mark.parametrize("role", [r for r in Role if r not in (Role.ENGINEER, Role.MANAGER, Role.SYSTEM)])
def test_others_change_no_centre(story: Story, centre: Centre, role: Role) -> None:
    actor = story.house.owner(case(story)) if role == Role.APPLICANT else story.staff(role)
    with pytest.raises(NotAllowed):
        actions.edit(story.session, centre.id or 0, centre.version, values(story), actor, story.now)


def test_installed_power_is_not_put_below_what_is_taken(story: Story, centre: Centre) -> None:
    reserve(story, centre, case(story), 20)
    with pytest.raises(ManyInvalid) as fault:
        actions.edit(
            story.session, centre.id or 0, centre.version, values(story, installed_kw=Decimal(59)),
            story.staff(Role.ENGINEER), story.now,
        )  # fmt: skip
    assert [f.field for f in fault.value.errors] == ["installed_kw"]


def test_a_name_is_given_once(story: Story, centre: Centre) -> None:
    with pytest.raises(Invalid) as fault:
        actions.add(story.session, values(story), story.staff(Role.ENGINEER), story.now)
    assert fault.value.field == "name"


def test_who_holds_the_power_is_listed(story: Story, centre: Centre) -> None:
    it = case(story)
    reserve(story, centre, it, 15)
    (held,) = queries.held_in(story.session, centre.id or 0)
    assert (held.number, held.kw, held.stage) == (it.number, 15, Stage.CHECKING)
    assert queries.centre(story.session, centre.id or 0).cases == 1  # type: ignore[union-attr]


def test_the_demonstration_begins_with_centres_of_every_branch(story: Story) -> None:
    found = queries.centres(story.session)
    assert len({c.branch_id for c in found}) == 4
    mine = queries.centres(story.session, story.house.branch.id)
    assert mine
    assert {c.branch_id for c in mine} == {story.house.branch.id}
    assert len(story.session.exec(select(Centre)).all()) == len(found)
