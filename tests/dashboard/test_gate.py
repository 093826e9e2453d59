"""No session, no Streamlit."""

import logging

import pytest
from starlette.websockets import WebSocketDisconnect
from streamlit.logger import init_uvicorn_logs

from dashboard import menu
from dashboard.session import cookie_name, local_path
from tests.dashboard.conftest import Site


def test_no_page_opens_without_a_session(site: Site) -> None:
    visitor = site.visitor()
    for name in menu.addresses():
        answer = visitor.get(f"/{name}?id=5")
        assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?next=%2F{name}%3Fid%3D5")


def test_no_websocket_opens_without_a_session(site: Site) -> None:
    with pytest.raises(WebSocketDisconnect) as refused, site.visitor().websocket_connect("/_stcore/stream"):
        pass
    assert refused.value.code == 4401


def test_no_websocket_opens_from_another_site_even_with_a_session(site: Site) -> None:
    client = site.sign_in(site.applicant.login)
    foreign = {"origin": "https://evil.example"}
    with pytest.raises(WebSocketDisconnect) as refused, client.websocket_connect("/_stcore/stream", headers=foreign):
        pass
    assert refused.value.code == 4403


def test_nothing_is_uploaded_or_fetched_without_a_session(site: Site) -> None:
    client = site.visitor()
    for path in ("/_stcore/upload_file/a/b", "/media/a.pdf", "/component/a/b.js", "/_stcore/health"):
        assert client.put(path, content=b"x").status_code == 401
        assert client.get(path).status_code == 401


def test_doors_of_streamlit_for_programs_are_shut_for_everybody(site: Site) -> None:
    applicant = site.sign_in(site.applicant.login)
    for path in ("/_stcore/agent/interact", "/_stcore/agent/mcp", "/_stcore/metrics"):
        assert site.visitor().get(path).status_code == 404
        assert applicant.post(path, json={}).status_code == 404


def test_a_forged_cookie_is_no_session(site: Site) -> None:
    client = site.visitor()
    client.cookies.set(cookie_name(), "x" * 43)
    assert client.get("/mailbox").status_code == 303


def test_the_start_of_streamlit_is_dressed_and_has_no_inline_script(site: Site) -> None:
    answer = site.sign_in("manager").get("/")
    assert answer.status_code == 200
    assert '<html lang="ru">' in answer.text
    assert "<script>" not in answer.text
    assert "/assets/desk." in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_pages_of_another_role_are_closed(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    only_staff = menu.View(menu.Entry("theirs", "Theirs", 1, menu.STAFF), lambda: None)
    other = menu.View(menu.Entry("mine", "Mine", 0, menu.EVERYBODY), lambda: None)
    monkeypatch.setattr(menu, "all_views", lambda: (other, only_staff))
    assert site.sign_in(site.applicant.login).get("/theirs").status_code == 403
    assert site.sign_in("manager").get("/theirs").status_code == 200


def test_the_home_page_lives_at_the_root_only(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    home = menu.View(menu.Entry("queue", "Queue", 1, menu.EVERYBODY), lambda: None)
    monkeypatch.setattr(menu, "all_views", lambda: (home,))
    answer = site.sign_in("manager").get("/queue?branch=2")
    assert (answer.status_code, answer.headers["location"]) == (303, "/?branch=2")


@pytest.mark.parametrize(
    "text",
    ["//evil.example", "https://evil.example/", "\\\\evil.example", "/\\evil.example", "javascript:x", "", "/a\nb"],
)
def test_a_sign_in_leads_nowhere_but_to_this_site(text: str) -> None:
    assert local_path(text) == "/"


def test_a_path_of_this_site_is_kept() -> None:
    assert local_path("/case?id=5") == "/case?id=5"


def test_entries_of_the_menu_do_not_collide() -> None:
    names = [v.entry.name for v in menu.all_views()]
    assert len(names) == len(set(names))


def test_no_address_stands_in_a_log(
    site: Site, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Addresses hold one-time links: Streamlit's log of requests is off, and a fault names the route alone."""
    init_uvicorn_logs()
    assert not logging.getLogger("uvicorn.access").isEnabledFor(logging.CRITICAL)

    def broken(*_given: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("dashboard.public.confirm._followed", broken)
    assert site.visitor().get("/c/a-secret-of-a-letter").status_code == 500
    said = [record.getMessage() for record in caplog.records if record.name == "feeder.dashboard"]
    assert said
    assert said[0].endswith("in GET /c/{token}")
