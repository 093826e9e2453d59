"""A visit by program: a free time is held, booked, moved, cancelled; nobody sees another's."""

from datetime import datetime
from typing import Any

from infra import clock
from models.booking import actions
from tests.dashboard.api.world import World, tomorrow
from tests.models.booking.office import VISITOR as SOMEBODY

VISITOR = {
    "name": "Иванова Мария Петровна", "phone": "+7 922 555-01-00", "email": "maria@pochta.example",
    "address": "г. Приозёрск, ул. Береговая, д. 3", "passport_number": "512340", "passport_issued": "2008-04-02",
    "passport_issuer": "ТП № 47", "birth_date": "17.03.1984", "birth_place": "г. Приозёрск",
    "utility": "Электроэнергия", "registered": "г. Приозёрск", "lives": "г. Приозёрск", "area": "54", "rooms": "2",
    "consent": True,
}  # fmt: skip
_count = 0


def held(world: World, at: datetime, key: str = "all") -> Any:
    global _count
    _count += 1
    office = world.office
    place = {"office_id": office.office.id, "service_id": office.service.id, "starts_at": at.isoformat()}
    return world.call("POST", "/bookings", key, json=place, headers={"Idempotency-Key": f"hold-{_count:05}"})


def free(world: World) -> list[str]:
    path = f"/offices/{world.office.office.id}/slots?service_id={world.office.service.id}"
    return list(world.call("GET", path).json()["free"])


def test_a_visit_is_held_booked_moved_and_cancelled(world: World) -> None:
    at = tomorrow(world)
    made = held(world, at)
    assert (made.status_code, made.json()["stage"]) == (201, "HELD")
    path = made.headers["location"].removeprefix("/api/v1")
    wrong = world.call("POST", f"{path}/visitor", json=VISITOR | {"email": "maria", "consent": False})
    assert {e["pointer"] for e in wrong.json()["errors"]} == {"/email", "/consent"}
    booked = world.call("POST", f"{path}/visitor", json=VISITOR)
    assert (booked.status_code, booked.json()["stage"]) == (200, "BOOKED")
    assert len(booked.json()["pin"]) == 4
    letter = booked.json()["link"].partition("/booking")[2]
    assert world.client.get(f"/booking{letter}").status_code == 200

    other = datetime.fromisoformat(next(t for t in free(world) if datetime.fromisoformat(t) != at))
    moved = world.call("POST", f"{path}/move", json={"starts_at": other.isoformat()})
    assert datetime.fromisoformat(moved.json()["starts_at"]) == other
    assert [b["id"] for b in world.call("GET", "/bookings").json()["items"]][:1] == [made.json()["id"]]
    assert world.call("GET", path, "stranger").status_code == 404
    assert world.call("DELETE", path, "stranger").status_code == 404
    assert world.call("DELETE", path).status_code == 204
    assert world.call("GET", path).json()["stage"] == "CANCELLED"
    assert world.call("DELETE", path).status_code == 409


def test_a_person_holds_one_place_at_a_time(world: World) -> None:
    times = [datetime.fromisoformat(t) for t in free(world)]
    first = held(world, times[0]).json()
    second = held(world, times[1]).json()
    assert world.call("GET", f"/bookings/{first['id']}").status_code == 404, "given up"
    assert world.call("DELETE", f"/bookings/{second['id']}").status_code == 204
    assert world.call("GET", f"/bookings/{second['id']}").status_code == 404


def test_a_taken_time_is_a_conflict_and_keeps_what_was_held(world: World) -> None:
    at = tomorrow(world)
    for _desk in world.office.desks:  # by visitors of the site
        with world.database.transaction() as db:
            actions.hold(db, world.office.wish(at), SOMEBODY, clock.now())
    before = held(world, datetime.fromisoformat(free(world)[0])).json()
    lost = held(world, at)
    assert lost.status_code == 409
    assert world.call("GET", f"/bookings/{before['id']}").status_code == 200
    assert at.isoformat() not in free(world)


def test_days_that_make_no_sense_are_refused(world: World) -> None:
    path = f"/offices/{world.office.office.id}/slots?service_id={world.office.service.id}"
    for query in (
        "first=2026-12-01&last=2026-11-01",
        "first=2026-12-01&last=2027-12-01",
        "first=9999-12-31",
        "first=0001-01-01",
    ):
        assert world.call("GET", f"{path}&{query}").status_code in (200, 422)
    assert world.call("GET", f"{path}&first=9999-12-31").status_code == 422
    assert world.call("GET", "/offices/1000000/slots?service_id=1").status_code == 404
    assert held(world, datetime.fromisoformat("9999-12-31T23:59:59+00:00")).status_code == 422
    assert world.call("POST", "/bookings", json={"office_id": 1, "service_id": 1, "starts_at": "2027-01-01T10:00:00"},
                      headers={"Idempotency-Key": "naive-time"}).status_code == 422  # fmt: skip
