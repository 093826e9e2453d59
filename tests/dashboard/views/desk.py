"""Runs pages of the desk without a browser: over a fresh database, signed in as anybody, with what they say as text."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from html import unescape
from typing import Any, NoReturn

import pytest
import streamlit as st
from sqlmodel import Session, select
from streamlit.testing.v1 import AppTest

from dashboard import menu, parts, session
from infra import clock
from infra.database import Database
from models.people.rules import actor_of
from models.people.tables import SignIn, User
from models.process.actor import Role
from tests.components import look_once
from tests.models.story import Story

look_once()


def _run(name: str) -> None:
    from dashboard import menu, parts
    from dashboard.faults import guarded
    from dashboard.parts.screen import say_done

    say_done()
    guarded(next(v.page for v in menu.all_views() if v.entry.name == name), name)
    parts.ready()


class Page:
    """One page as a person sees it. Attributes of AppTest are reached by `app`."""

    def __init__(self, app: AppTest, went: list[tuple[str, dict[str, object]]]) -> None:
        self.app, self.went = app, went
        self._check()

    def _check(self) -> None:
        assert not self.app.exception, self.app.exception
        assert "сломалось" not in self.text, "an incident"

    @property
    def text(self) -> str:
        return unescape(" ".join(str(element.proto.body) for element in self.app.get("html")))

    @property
    def buttons(self) -> list[str]:
        return [b.label for b in self.app.button]

    def press(self, key: str) -> "Page":
        self.app.button(key=key).click().run()
        self._check()
        return self

    def decide(self, opener: str, key: str, **fields: str) -> "Page":
        """In a window: its runs are fragments, which AppTest has not, so the opener is pressed again with the button."""
        self.press(opener)
        for name, value in fields.items():
            self.app.text_area(key=name.replace("_", "-")).set_value(value)
        self.app.button(key=opener).click()
        return self.press(key)

    def window(self, opener: str, key: str, **fields: Any) -> "Page":
        """A form in a window: opened, its fields filled one after the other (a choice may show others), sent by `key`."""
        self.press(opener)
        for name, value in fields.items():
            self._field(name.replace("__", "-")).set_value(value)
            self.app.button(key=opener).click()
            self.app.run()
        self.app.button(key=opener).click()
        return self.press(key)

    def fill(self, key: str, value: Any) -> "Page":
        self._field(key).set_value(value)
        self.app.run()
        self._check()
        return self

    def _field(self, key: str) -> Any:
        kinds = ("text_input", "text_area", "number_input", "selectbox", "checkbox", "date_input", "radio")
        found = [w for kind in kinds for w in getattr(self.app, kind) if w.key == key]
        assert found, f"no field {key}"
        return found[0]


class Desk:
    """`story` fills the database inside `with desk.writing() as story`; `open` shows a page to somebody."""

    def __init__(self, database: Database, patch: pytest.MonkeyPatch) -> None:
        self.database, self.patch = database, patch
        self.went: list[tuple[str, dict[str, object]]] = []
        self.story: Story | None = None
        clock.forget()
        patch.setattr(menu, "go", self._go)
        patch.setattr(parts, "rows", lambda table, key: parts.show(table))
        patch.setattr(parts, "picture", lambda svg, key: parts.show(svg))

    def _go(self, name: str, **query: object) -> NoReturn:
        self.went.append((name, query))
        st.stop()

    @contextmanager
    def writing(self, **ago: float) -> Iterator[Story]:
        """A story that begins some time ago; committed at the end."""
        with self.database.transaction() as db:
            if self.story is None:
                self.story = Story(db, clock.now() - timedelta(**ago or {"hours": 1}))
            else:
                self.story.session = self.story.house.session = db
            yield self.story

    def reading(self, look: Callable[[Session], Any]) -> Any:
        with self.database.transaction() as db:
            return look(db)

    def open(self, name: str, role: Role, login: str = "", **query: object) -> Page:
        with self.database.transaction() as db:
            user = db.exec(select(User).where(User.login == (login or role.lower()))).one()
        row = SignIn(
            token_hash="", user_id=user.id or 0, created_at=_ever(), seen_at=_ever(), expires_at=_ever(), csrf=""
        )
        who = session.Who(user, row, actor_of(user))
        self.patch.setattr(session, "current", lambda: who)
        app = AppTest.from_function(_run, args=(name,), default_timeout=30)
        for key, value in query.items():
            app.query_params[key] = str(value)
        app.run()
        return Page(app, self.went)


def _ever() -> datetime:
    return clock.now()
