"""Nothing a person sends can crash a page, and an outage is said calmly."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from infra.database import Database
from tests.dashboard.conftest import Site


def _said(run: AppTest) -> str:
    assert not run.exception
    return " ".join(str(element.proto.body) for element in run.get("html"))


def _broken() -> None:
    from dashboard.faults import guarded

    def page() -> None:
        raise ValueError("secret of the house")

    guarded(page, "broken")


def _refused() -> None:
    from dashboard.faults import guarded
    from models.process.errors import Invalid, ManyInvalid

    def page() -> None:
        raise ManyInvalid([Invalid("login", "Type the password")])

    guarded(page, "refused")


def _away() -> None:
    from dashboard.faults import guarded
    from models.process.errors import Outage

    def page() -> None:
        raise Outage("postgres is away")

    guarded(page, "away")


def _stopped() -> None:
    import streamlit as st

    from dashboard.faults import guarded

    def page() -> None:
        st.write("before")
        st.stop()

    guarded(page, "stopped")


@pytest.fixture(autouse=True)
def _no_head(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.faults.utility", lambda: type("U", (), {"phone": "8 800"}))


def test_an_unexpected_fault_shows_a_number_and_keeps_the_rest_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    said = _said(AppTest.from_function(_broken).run())
    assert "У нас что-то сломалось" in said
    assert "secret" not in said
    number = next(r.args[0] for r in caplog.records if r.name == "feeder.dashboard" and r.args)  # type: ignore[index]
    assert str(number) in said
    assert "secret of the house" in caplog.text


def test_a_business_error_says_what_to_do() -> None:
    assert "Введите пароль" in _said(AppTest.from_function(_refused).run())


def test_an_outage_promises_that_nothing_is_lost() -> None:
    assert "Ничего не потеряно" in _said(AppTest.from_function(_away).run())


def test_the_control_flow_of_streamlit_is_no_fault() -> None:
    run = AppTest.from_function(_stopped).run()
    assert not run.exception
    assert [m.value for m in run.markdown] == ["before"]


@pytest.mark.parametrize(("path", "status"), [("/s/x", 503), ("/mailbox", 303), ("/", 200), ("/healthz", 200)])
def test_pages_stand_while_the_database_is_away(
    site: Site, monkeypatch: pytest.MonkeyPatch, path: str, status: int
) -> None:
    client = site.visitor()
    away = Database("postgresql+psycopg://nobody@127.0.0.1:9/none", 1)
    monkeypatch.setattr("infra.database._current", away)
    answer: Any = client.get(path)
    away.close()
    assert answer.status_code == status
