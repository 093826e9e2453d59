"""The web reception over HTTP, without a script: number at once, faults beside fields, limits, and the page of the link."""

import re
from typing import Any

import pytest
from sqlmodel import select

from dashboard.public import captcha, forms
from infra import clock
from models.appeal import desk
from models.appeal.tables import Appeal, AppealCall, AppealFile, Stage
from models.delivery.tables import Letter
from models.people.rules import actor_of
from models.people.tables import User
from models.process.actor import Role
from models.process.tables import History
from tests.dashboard.conftest import Site, site  # noqa: F401

PDF = b"%PDF-1.7 scheme"
TYPED = {"kind": "complaint", "name": "Громов Илья Сергеевич", "email": "gromov@pochta.example", "text": "Нет света второй день",
         "consent": "yes"}  # fmt: skip


class Visitor:
    """A browser without scripts; `send` fills the form with the right answer to its riddle."""

    def __init__(self, site: Site) -> None:  # noqa: F811
        self.site, self.client = site, site.visitor()

    def send(self, files: Any = None, **changed: str) -> Any:
        page = self.client.get("/web-reception").text
        riddle = re.search(r'name="riddle" value="([^"]+)"', page)
        assert riddle
        told = TYPED | {"csrf": self.client.cookies[forms.cookie_name()], "riddle": riddle[1]}
        told |= {"captcha": captcha.answer("sum", riddle[1])} | changed
        return self.client.post("/web-reception", data=told, files=files)

    def sent(self, **changed: str) -> str:
        """The path of its page."""
        answer = self.send(**changed)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"].partition("?")[0])

    def post(self, path: str, **told: str) -> Any:
        return self.client.post(path, data=told | {"csrf": self.client.cookies[forms.cookie_name()]})


@pytest.fixture
def visitor(site: Site) -> Visitor:  # noqa: F811
    return Visitor(site)


def only(visitor: Visitor) -> Appeal:
    with visitor.site.database.transaction() as db:
        return db.exec(select(Appeal)).one()


@pytest.mark.rows("B-03", "R-07", "D-23")
def test_a_visitor_gets_his_number_at_once_and_the_page_of_his_link(visitor: Visitor) -> None:
    answer = visitor.send()
    page = visitor.client.get(answer.headers["location"]).text
    appeal = only(visitor)
    assert f"Номер обращения – {appeal.number}. С Вами свяжутся в ближайшее время!" in page
    assert (appeal.channel, appeal.author_id, appeal.stage) == ("site", None, Stage.REGISTERED)
    assert "Громов" not in page, "whoever sees the link sees no name"
    assert "gromov@" not in page
    with visitor.site.database.transaction() as db:
        letter = db.exec(select(Letter).where(Letter.kind == "appeal_received")).one()
        agreed = db.exec(select(History).where(History.process == "appeal")).one().changes["consent"]
    assert letter.data["link"] == f"/web-reception/a/{appeal.status_token}"
    assert len(agreed) == 64, "which wording he agreed to is written down"


@pytest.mark.rows("B-03")
def test_the_page_works_without_scripts_and_is_linked_from_the_start(visitor: Visitor) -> None:
    page = visitor.client.get("/web-reception")
    assert "<script" not in page.text
    assert len(page.content) < 20_000
    assert 'href="/web-reception"' in visitor.client.get("/start").text


def test_every_fault_stands_beside_its_field_and_what_was_typed_stays(visitor: Visitor) -> None:
    answer = visitor.send(email="нет", name="", consent="")
    assert answer.status_code == 422
    for said in ("Напишите, как к вам обращаться", "Нет света второй день", 'id="email-e"', 'id="consent-e"'):
        assert said in answer.text, said
    with visitor.site.database.transaction() as db:
        assert db.exec(select(Appeal)).all() == []


def test_a_wrong_answer_to_the_riddle_registers_nothing_and_gives_a_new_one(visitor: Visitor) -> None:
    answer = visitor.send(captcha="1")
    assert answer.status_code == 422
    assert 'id="captcha-e"' in answer.text
    with visitor.site.database.transaction() as db:
        assert db.exec(select(Appeal)).all() == []


def test_a_foreign_form_is_refused(visitor: Visitor) -> None:
    assert visitor.send(csrf="x").status_code == 403


def test_a_flood_is_stopped_and_so_are_receipts_to_one_address(visitor: Visitor) -> None:
    for _again in range(5):
        visitor.sent()
    answer = visitor.send()
    assert answer.status_code == 429
    assert "Слишком много попыток" in answer.text
    for _again in range(4):
        visitor.sent(email=f"other{_again}@pochta.example")
    assert visitor.send(email="new@pochta.example").status_code == 429, "the eleventh of one network address"


def test_files_come_along_and_a_program_does_not(visitor: Visitor) -> None:
    refused = visitor.send(files=[("files", ("a.exe", b"MZ", "application/pdf"))])
    assert refused.status_code == 422
    assert 'id="file-e"' in refused.text
    assert visitor.send(files=[("files", ("схема.pdf", PDF, "text/plain"))]).status_code == 303
    with visitor.site.database.transaction() as db:
        kept = db.exec(select(AppealFile)).one()
    assert (kept.name, kept.media_type, kept.size) == ("схема.pdf", "application/pdf", len(PDF))
    for who in ("stranger", "inspector"):
        login = visitor.site.stranger.login if who == "stranger" else who
        assert visitor.site.sign_in(login).get(f"/appeal-files/{kept.id}").status_code == 404
    got = visitor.site.sign_in("operator").get(f"/appeal-files/{kept.id}")
    assert (got.status_code, got.content) == (200, PDF)
    assert got.headers["content-disposition"].startswith("attachment")


def test_a_wished_call_needs_a_phone_and_a_time_ahead(visitor: Visitor) -> None:
    page = visitor.client.get("/web-reception").text
    days = re.findall(r'<option value="(\d{4}-\d\d-\d\d)"', page)
    answer = visitor.send(wants="yes", call_on=days[1], call_hours="12-15")
    assert 'id="phone-e"' in answer.text
    assert (
        'id="call_on-e"'
        in visitor.send(wants="yes", call_on="2020-01-01", call_hours="12-15", phone="89225550123").text
    )
    visitor.sent(wants="yes", call_on=days[1], call_hours="12-15", phone="89225550123")
    with visitor.site.database.transaction() as db:
        assert db.exec(select(AppealCall)).one().on.isoformat() == days[1]


# ------------------------------------------------------------------------------------------------ the page of the link
def worked(visitor: Visitor, *steps: str) -> None:
    with visitor.site.database.transaction() as db:
        operator = actor_of(db.exec(select(User).where(User.login == "operator")).one())
        appeal = db.exec(select(Appeal)).one().id or 0
        for step in steps:
            if step == "take":
                desk.take(db, appeal, operator, clock.now())
            if step == "ask":
                desk.ask(db, appeal, operator, "Назовите номер опоры", clock.now())
            if step == "answer":
                desk.answer(db, appeal, operator, "Опору заменим в декабре", (), clock.now())
    assert operator.role == Role.OPERATOR


def test_our_question_is_answered_by_the_link(visitor: Visitor) -> None:
    path = visitor.sent()
    assert "Ваш ход" not in visitor.client.get(path).text
    worked(visitor, "take", "ask")
    page = visitor.client.get(path).text
    assert "Назовите номер опоры" in page
    assert "Ваш ход" in page
    assert visitor.post(f"{path}/reply", text="").status_code == 422
    assert visitor.post(f"{path}/reply", text="Опора 12").status_code == 303
    assert only(visitor).stage == Stage.IN_WORK
    assert "Опора 12" in visitor.client.get(path).text
    assert visitor.post(f"{path}/reply", text="Ещё раз").status_code == 422, "nothing is asked any more"


def test_the_answer_is_marked_and_reopened_by_the_link(visitor: Visitor) -> None:
    path = visitor.sent()
    worked(visitor, "take", "answer")
    assert "Опору заменим в декабре" in visitor.client.get(path).text
    assert visitor.post(f"{path}/mark", mark="9").status_code == 422
    assert visitor.post(f"{path}/mark", mark="2", comment="Долго").status_code == 303
    assert (only(visitor).mark, only(visitor).mark_comment) == (2, "Долго")
    assert visitor.post(f"{path}/reopen", reason="").status_code == 422
    assert visitor.post(f"{path}/reopen", reason="Когда в декабре?").status_code == 303
    assert (only(visitor).stage, only(visitor).reopened, only(visitor).mark) == (Stage.IN_WORK, 1, None)


def test_an_appeal_is_withdrawn_by_the_link_with_a_reason(visitor: Visitor) -> None:
    path = visitor.sent()
    assert 'id="why-e"' in visitor.post(f"{path}/withdraw", why=" ").text
    assert visitor.post(f"{path}/withdraw", why="Свет дали").status_code == 303
    assert only(visitor).stage == Stage.WITHDRAWN


def test_a_guessed_link_leads_nowhere_and_a_foreign_form_changes_nothing(visitor: Visitor) -> None:
    path = visitor.sent()
    assert visitor.client.get("/web-reception/a/" + "x" * 32).status_code == 404
    assert visitor.post("/web-reception/a/" + "x" * 32 + "/withdraw", why="x").status_code == 404
    assert visitor.client.post(f"{path}/withdraw", data={"why": "x", "csrf": "x"}).status_code == 422
    assert only(visitor).stage == Stage.REGISTERED
