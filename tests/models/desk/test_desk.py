"""Tools of the desk: remark templates, substitution, who works a case, reminders, applications brought on paper."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, select

from infra.keys import vault_keys
from models.connection import actions as connection
from models.connection import queries as cases
from models.connection.tables import Stage
from models.delivery.tables import Letter
from models.desk import actions, paper, queries
from models.desk.paper import SCAN, Counter, File
from models.desk.rules import stood_in
from models.people.tables import Audit, PersonKind, User
from models.process.actor import Role
from models.process.errors import FeederError, Invalid, ManyInvalid, NotAllowed, NotReady
from models.process.history import broken
from signatures.secrets import Vault
from tests.house import PASSPORT
from tests.models.story import Story

ZONE = ZoneInfo("Europe/Moscow")


@pytest.fixture
def story(session: Session, now: datetime) -> Story:
    return Story(session, now)


def fields(raised: pytest.ExceptionInfo[ManyInvalid]) -> set[str]:
    return {f.field for f in raised.value.errors}


# ------------------------------------------------------------------------------------------------ templates
def test_the_first_templates_are_there_and_a_manager_changes_them(story: Story) -> None:
    first = queries.templates(story.session)[0]
    assert first.ground
    actions.keep_template(story.session, first.id, first.title, "пункт 10 Правил", "Иначе", False, story.staff(Role.MANAGER), story.now)  # fmt: skip
    assert first.id not in {t.id for t in queries.templates(story.session)}
    assert first.id in {t.id for t in queries.templates(story.session, active_only=False)}
    kept = story.session.exec(select(Audit).where(Audit.tag == "desk:remark_template:kept")).one()
    assert kept.facts["after"][2] == "Иначе"


def test_an_operator_picks_templates_and_changes_none(story: Story) -> None:
    with pytest.raises(NotAllowed):
        actions.keep_template(story.session, None, "a", "b", "c", True, story.staff(Role.OPERATOR), story.now)
    with pytest.raises(ManyInvalid) as raised:
        actions.keep_template(story.session, None, " ", "b", "", True, story.staff(Role.MANAGER), story.now)
    assert fields(raised) == {"title", "how"}


# ------------------------------------------------------------------------------------------------ substitution
def appoint(story: Story, absent: Role, substitute: Role, by: Role = Role.MANAGER, days: int = 5) -> Any:
    today = story.now.astimezone(ZONE).date()
    people = story.staff(absent).person, story.staff(substitute).person
    return actions.appoint(story.session, *people, today, today + timedelta(days=days), "отпуск", story.staff(by), story.now, ZONE)  # fmt: skip


def test_a_substitute_may_do_the_work_of_the_other_while_the_days_last(story: Story) -> None:
    row = appoint(story, Role.ENGINEER, Role.OPERATOR)
    today = story.now.astimezone(ZONE).date()
    absent = queries.absent_for(story.session, story.staff(Role.OPERATOR).person, today)
    assert [u.id for u in absent] == [story.staff(Role.ENGINEER).person]
    assert not queries.absent_for(story.session, story.staff(Role.OPERATOR).person, today + timedelta(days=6))
    actions.take_back(story.session, row.id, story.staff(Role.MANAGER), story.now)
    assert not queries.absent_for(story.session, story.staff(Role.OPERATOR).person, today)


def test_the_history_names_both_and_four_eyes_stay_two_persons(story: Story) -> None:
    appoint(story, Role.MANAGER, Role.ENGINEER)
    case = story.to(Stage.APPROVAL)  # the engineer wrote these conditions himself
    manager = story.session.get(User, story.staff(Role.MANAGER).person)
    assert manager is not None
    hat = stood_in(story.staff(Role.ENGINEER), manager)
    assert (hat.role, hat.user_id) == (Role.MANAGER, story.staff(Role.ENGINEER).user_id)
    with pytest.raises(NotReady, match="prepared these conditions yourself"):
        connection.approve(story.session, case.id or 0, hat, story.now)
    connection.return_conditions(story.session, case.id or 0, hat, "Проверить фидер", story.now)
    last = story.history(case)[-1]
    assert last.actor_id == story.staff(Role.ENGINEER).user_id
    assert manager.name in last.actor_name
    assert story.staff(Role.ENGINEER).name in last.actor_name


def test_who_is_away_appoints_for_himself_and_nobody_else_does(story: Story) -> None:
    appoint(story, Role.ENGINEER, Role.OPERATOR, by=Role.ENGINEER)
    with pytest.raises(NotAllowed):
        appoint(story, Role.MANAGER, Role.OPERATOR, by=Role.OPERATOR)


def test_a_hat_of_a_head_does_not_make_itself_last_nor_passes_on(story: Story) -> None:
    row = appoint(story, Role.MANAGER, Role.OPERATOR)
    manager, operator = (story.session.get_one(User, story.staff(r).person) for r in (Role.MANAGER, Role.OPERATOR))
    hat = stood_in(story.staff(Role.OPERATOR), manager)
    today = story.now.astimezone(ZONE).date()
    days = (today + timedelta(days=10), today + timedelta(days=100), "и дальше", hat, story.now, ZONE)
    with pytest.raises(NotAllowed):
        actions.appoint(story.session, manager.id or 0, operator.id or 0, *days)
    with pytest.raises(NotAllowed):
        actions.take_back(story.session, row.id, hat, story.now)
    manager.role = Role.ADMIN
    story.session.flush()
    assert not queries.absent_for(story.session, operator.id or 0, today), "an administrator's rights pass to nobody"


def test_a_substitution_is_of_two_workers_and_has_an_end(story: Story) -> None:
    for absent, substitute, field in (
        (Role.ADMIN, Role.OPERATOR, "absent"),
        (Role.ENGINEER, Role.AUDITOR, "substitute"),
    ):
        with pytest.raises(ManyInvalid) as raised:
            appoint(story, absent, substitute)
        assert fields(raised) == {field}
    with pytest.raises(ManyInvalid) as raised:
        appoint(story, Role.ENGINEER, Role.ENGINEER)
    assert fields(raised) == {"substitute"}
    for days in (-1, 400):
        with pytest.raises(ManyInvalid) as raised:
            appoint(story, Role.ENGINEER, Role.OPERATOR, days=days)
        assert fields(raised) == {"ends_on"}
    appoint(story, Role.ENGINEER, Role.OPERATOR)
    with pytest.raises(ManyInvalid):
        appoint(story, Role.ENGINEER, Role.OPERATOR)


# ------------------------------------------------------------------------------------------------ work
def test_a_case_is_given_to_somebody_and_the_chain_still_proves(story: Story) -> None:
    case, manager = story.to(Stage.CHECKING), story.staff(Role.MANAGER)
    actions.assign(story.session, case.id or 0, story.staff(Role.OPERATOR).person, manager, story.now)
    actions.assign(story.session, case.id or 0, story.staff(Role.ENGINEER).person, manager, story.now)
    found = queries.assignee(story.session, case.id or 0)
    assert found is not None
    assert found.id == story.staff(Role.ENGINEER).user_id
    assert story.history(case)[-1].changes["assignee"] == [story.staff(Role.OPERATOR).name, found.name]
    assert not broken(story.history(case), case.chain)
    with pytest.raises(NotAllowed):
        actions.assign(story.session, case.id or 0, found.id or 0, story.staff(Role.BILLING), story.now)
    with pytest.raises(Invalid):
        actions.assign(story.session, case.id or 0, story.staff(Role.AUDITOR).person, manager, story.now)


def test_an_applicant_is_reminded_once_a_day_and_only_of_what_is_his(story: Story) -> None:
    case, operator = story.to(Stage.OFFER_PLACED), story.staff(Role.OPERATOR)
    actions.remind(story.session, case.id or 0, operator, story.now)
    assert story.letters(case).count("payment_due") == 1
    with pytest.raises(NotReady, match="today"):
        actions.remind(story.session, case.id or 0, operator, story.now)
    actions.remind(story.session, case.id or 0, operator, story.later(days=1))
    assert story.letters(case).count("payment_due") == 2
    checking = story.to(Stage.CHECKING)
    with pytest.raises(NotReady, match="Nothing waits"):
        actions.remind(story.session, checking.id or 0, operator, story.now)
    closed = story.to(Stage.WITHDRAWN)
    with pytest.raises(NotReady, match="closed"):
        actions.remind(story.session, closed.id or 0, operator, story.now)


# ------------------------------------------------------------------------------------------------ on paper
VALUES: dict[str, Any] = {
    "kind": "individual", "name": "Козлов Игорь Петрович", "snils": "112-233-445 95", "birth_date": "1984-03-17",
    "address": "г. Приозёрск, ул. Садовая, д. 1", "phone": "+79225550123", "email": "kozlov@pochta.example",
    "object_name": "Жилой дом", "object_address": "г. Приозёрск, ул. Садовая, д. 1", "devices": "плита",
    "purpose": "Бытовые нужды", "commissioning": "II квартал 2027", "supplier": "ООО «Сбыт»", "power_kw": "15",
    "prior_kw": "0", "reason": "new", "voltage_kv": "0.4", "phases": "3", "reliability": "III", "consent": "yes",
}  # fmt: skip


def papers(*kinds: str) -> list[File]:
    return [File(k, f"{k}.pdf", "application/pdf", 10, f"{n:064d}") for n, k in enumerate(kinds)]


def filed(story: Story, role: Role = Role.OPERATOR, files: tuple[str, ...] = (SCAN, "identity", "title"), mark: str = "паспорт сверен",
          on: date | None = None, **values: Any) -> Any:  # fmt: skip
    counter = Counter(on or story.now.astimezone(ZONE).date(), mark)
    locked = Vault(vault_keys()).lock(PASSPORT)
    branch = story.house.branch.id if story.house.branch else 0
    return paper.file(story.session, branch or 0, VALUES | values, PASSPORT, locked, papers(*files), counter, story.staff(role), story.now)  # fmt: skip


def test_a_person_without_a_cabinet_gets_one_and_his_application_is_filed_on_paper(story: Story) -> None:
    case = filed(story)
    user = story.session.get(User, case.applicant_id)
    assert user is not None
    assert (case.stage, case.category, user.login, user.password_hash) == (Stage.SUBMITTED, "IND_15", "11223344595", "")
    assert user.kind == PersonKind.INDIVIDUAL
    assert case.signature["kind"] == "paper"
    assert case.signature["clerk_id"] == story.staff(Role.OPERATOR).user_id
    last = story.history(case)[-1]
    assert last.changes["on_paper"] is True
    assert story.staff(Role.OPERATOR).name in last.actor_name
    assert "passport_number" not in str(case.draft)
    story.register(case)
    text = str(story.paper(case, "application").data)
    assert "на бумаге" in text
    assert "Код отправлен" not in text


def test_an_application_on_paper_goes_to_the_cabinet_that_is_there(story: Story) -> None:
    known = story.house.applicant()  # the same СНИЛС
    assert filed(story).applicant_id == known.id


def test_every_fault_of_a_paper_application_is_told_at_once_and_nothing_is_left(story: Story) -> None:
    before = len(story.session.exec(select(User)).all())
    with pytest.raises(ManyInvalid) as raised:
        filed(
            story,
            files=("identity",),
            mark=" ",
            on=story.now.astimezone(ZONE).date() + timedelta(days=2),
            power_kw="много",
            snils="1",
        )
    assert {f"file_{SCAN}", "file_title", "mark", "signed_on", "power_kw", "snils"} <= fields(raised)
    assert len(story.session.exec(select(User)).all()) == before


@pytest.mark.parametrize("role", [Role.ENGINEER, Role.INSPECTOR, Role.AUDITOR, Role.BILLING])
def test_only_the_counter_takes_papers(story: Story, role: Role) -> None:
    with pytest.raises(FeederError):
        filed(story, role)


def test_letters_go_to_the_address_that_the_person_wrote(story: Story) -> None:
    case = filed(story)
    story.register(case)
    story.session.flush()
    letter = story.session.exec(select(Letter).where(Letter.application_id == case.id)).first()
    assert letter is not None
    assert letter.recipient == "kozlov@pochta.example"
    assert cases.history(story.session, case.id or 0)
