"""The crawler: opens every page, file and address as every role and as a stranger, against a table written by hand."""

import pytest
from starlette.routing import Route

from dashboard import menu, server
from models.people import access
from models.people.access import Right, Subject
from models.process.actor import DESK, Role
from tests.architecture.doors import OPEN, PAGES, ROUTES, SIGNED
from tests.dashboard.conftest import Site, site  # noqa: F401

PEOPLE = [role for role in Role if role is not Role.SYSTEM]
_FILL = {
    "quarter": "2026-3",
    "name": "x",
    "kind": "individual",
    "token": "x" * 22,
    "code": "x" * 22,
    "number": "1",
    "item_id": "1",
}


def routes() -> set[str]:
    return {
        f"{method} {route.path}"
        for router in server.ROUTERS
        for route in router.routes
        if isinstance(route, Route)
        for method in (route.methods or set()) - {"HEAD"}
    }


def address(path: str, site: Site) -> str:  # noqa: F811
    """With a real id where there is one: a foreign or missing number would hide an open door."""
    filled = path.replace("{document_id}", str(site.paper.id)).replace("{application_id}", str(site.case.id))
    filled = filled.replace("{attachment_id}", "1").replace("{file_id}", "1").replace("{power_id}", "1")
    for name, value in _FILL.items():
        filled = filled.replace("{" + name + "}", value)
    return filled


def test_no_door_exists_that_the_table_does_not_name() -> None:
    assert routes() == set(ROUTES)
    assert {v.entry.name for v in menu.all_views()} == set(PAGES)


@pytest.mark.rows("H-15")
def test_every_page_opens_to_its_roles_and_to_nobody_else(site: Site) -> None:  # noqa: F811
    wrong = []
    for role in PEOPLE:
        client = site.sign_in(site.applicant.login if role is Role.APPLICANT else role.lower())
        opened = {name for name in PAGES if client.get(f"/{name}").status_code in (200, 303)}
        expected = {name for name, roles in PAGES.items() if role in roles.split()}
        wrong += [(role, name) for name in opened ^ expected]
    stranger = site.visitor()
    for name in PAGES:
        answer = stranger.get(f"/{name}")
        if answer.status_code != 303 or not answer.headers["location"].startswith("/sign-in"):
            wrong.append(("stranger", name))
    assert wrong == []


def test_what_is_for_signed_in_people_sends_a_stranger_to_the_sign_in(site: Site) -> None:  # noqa: F811
    wrong = []
    for door, who in ROUTES.items():
        method, _, path = door.partition(" ")
        answer = site.visitor().request(method, address(path, site))
        assert answer.status_code != 500, door
        sent = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in?next=")
        if sent != (who == SIGNED):
            wrong.append((door, answer.status_code, who))
    assert wrong == []
    assert set(ROUTES.values()) == {OPEN, SIGNED}


def test_files_open_to_their_owner_and_to_staff_and_to_no_other_applicant(site: Site) -> None:  # noqa: F811
    paper, pack, sheet = f"/files/{site.paper.id}", f"/files/evidence/{site.case.id}", "/files/register.xlsx"
    own, other = site.sign_in(site.applicant.login), site.sign_in(site.stranger.login)
    assert (own.get(paper).status_code, own.get(sheet).status_code) == (200, 404)
    assert {other.get(path).status_code for path in (paper, pack, sheet)} == {404}
    for role in PEOPLE:
        if role in DESK:
            client = site.sign_in(role.lower())
            assert client.get(paper).status_code == 200, role
            assert (client.get(sheet).status_code == 200) == (role in PAGES["register"].split()), "as its page"
    writer = site.sign_in(Role.EDITOR.lower())
    assert {writer.get(path).status_code for path in (paper, pack, sheet)} == {404}, "of content, not of cases"


def test_the_menu_asks_the_same_table_as_the_actions() -> None:
    assert set(PAGES["staff"].split()) == access.roles(Subject.STAFF, Right.READ)
