"""The calendar feed: by a secret link, revocable, with days and without people."""

from icalendar import Calendar

from infra import clock
from infra.database import database
from models.connection import feeds
from models.connection.tables import Application
from models.people.rules import actor_of
from models.people.tables import User
from tests.dashboard.conftest import Site


def link(site: Site, case_id: int | None) -> str:
    with database().transaction() as db:
        case = db.get(Application, site.case.id)
        assert case is not None
        owner = db.get(User, case.applicant_id)
        assert owner is not None
        return feeds.issue(db, actor_of(owner), clock.now(), case_id).token


def test_the_feed_carries_the_days_of_the_case_and_no_person(site: Site) -> None:
    answer = site.visitor().get(f"/calendar/{link(site, site.case.id)}.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    events = list(Calendar.from_ical(answer.content).walk("VEVENT"))
    assert events
    assert all(str(e["summary"]).startswith(str(site.case.number)) for e in events)
    assert len({str(e["uid"]) for e in events}) == len(events)
    told = answer.text.replace("\r\n ", "")
    assert site.case.person["name"].split()[0] not in told
    assert site.case.object_address not in told


def test_the_same_link_is_given_twice_and_one_for_all_cases_is_another(site: Site) -> None:
    assert link(site, site.case.id) == link(site, site.case.id)
    assert link(site, None) != link(site, site.case.id)
    assert site.visitor().get(f"/calendar/{link(site, None)}.ics").status_code == 200


def test_a_link_that_was_taken_back_works_no_more(site: Site) -> None:
    token = link(site, site.case.id)
    with database().transaction() as db:
        case = db.get(Application, site.case.id)
        assert case is not None
        owner = db.get(User, case.applicant_id)
        assert owner is not None
        feeds.revoke(db, actor_of(owner), clock.now(), site.case.id)
    answer = site.visitor().get(f"/calendar/{token}.ics")
    assert answer.status_code == 404
    assert "Эта ссылка календаря отозвана" in answer.text
    assert link(site, site.case.id) != token


def test_an_invented_link_finds_nothing(site: Site) -> None:
    assert site.visitor().get("/calendar/nothing.ics").status_code == 404
