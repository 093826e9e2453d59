"""Pages of representatives: naming, agreeing, acting for somebody, the desk's check, and what disappears with the power."""

import hashlib
from dataclasses import dataclass
from typing import Any

import pytest
from sqlmodel import select

from dashboard import session as sessions
from dashboard.views import filing_draft, represent_offer
from infra import storage
from models.connection import actions as connected
from models.connection import queries as connection
from models.connection.tables import Application, Stage
from models.document import queries as documents
from models.people import represent
from models.people.represent_rules import BeyondPower
from models.people.represent_tables import Act, Representative, State
from models.people.rules import actor_of
from models.people.tables import Attempt, Audit, User
from models.process.actor import Role
from models.process.errors import Invalid, ManyInvalid, NotFound, TooMany
from models.signing import actions as signing
from models.signing.tables import Method, Party, Side
from tests.dashboard.conftest import PASSWORD, Site, site  # noqa: F401
from tests.dashboard.views.cabinet import Cabinet, cabinet  # noqa: F401
from tests.models.people.powers import offer_of, offered, power

PDF = b"%PDF-1.7 power of attorney"


@dataclass
class File:
    name: str = "доверенность.pdf"
    data: bytes = PDF

    @property
    def size(self) -> int:
        return len(self.data)

    def getvalue(self) -> bytes:
        return self.data


def user(cabinet: Cabinet, login: str) -> User:  # noqa: F811
    return cabinet.read(lambda db: db.exec(select(User).where(User.login == login)).one())  # type: ignore[no-any-return]


def give(cabinet: Cabinet, *acts: Act, in_force: bool = True, **more: Any) -> int:  # noqa: F811
    """From the firm to anna."""
    with cabinet.writing() as story:
        firm, anna = (story.session.exec(select(User).where(User.login == x)).one() for x in ("firm", "anna"))
        made = power if in_force else offered
        args = (story.staff(Role.OPERATOR),) if in_force else ()
        row = made(story.session, firm, anna, acts, *args, story.now, **more)
        return row.id or 0


def test_nobody_acts_for_most_people_and_the_page_says_so(cabinet: Cabinet) -> None:  # noqa: F811
    shown = cabinet.shows("representatives")
    assert "Никто: вы всё делаете сами." in shown.text
    assert "За кого действую я" not in shown.text
    assert "Заявитель" not in cabinet.shows("applications").text


def test_a_form_with_faults_says_each_beside_its_field_and_keeps_what_was_typed(cabinet: Cabinet) -> None:  # noqa: F811
    shown = cabinet.shows("representatives", new=1).fill("power-agent_name", "Борисов")
    shown.press("power-send")
    for words in (
        "полное имя, как в доверенности",
        "эл. почту, телефон",
        "номер документа",
        "дату документа",
        "Приложите скан",
    ):
        assert words in shown.text
    assert shown.app.text_input(key="power-agent_name").value == "Борисов"
    mended = shown.fill("power-agent_name", "Борисов Фёдор")
    assert "полное имя" not in mended.text
    assert "номер документа" in mended.text
    assert cabinet.read(lambda db: db.exec(select(Representative)).all()) == []


def test_an_offer_is_kept_with_its_scan_and_ten_a_day_are_enough(cabinet: Cabinet) -> None:  # noqa: F811
    cabinet.signed_in("firm")
    told = offer_of(user(cabinet, "anna"), [Act.PAY], cabinet.story.now)  # type: ignore[union-attr]
    represent_offer.send(told, File("../доверенность.pdf"))
    row = cabinet.read(lambda db: db.exec(select(Representative)).one())
    assert (row.scan_name, row.scan_type) == ("доверенность.pdf", "application/pdf")
    assert storage.storage().get(row.scan_key) == PDF
    with pytest.raises(ManyInvalid):
        represent_offer.send(told, None)
    tries = select(Attempt).where(Attempt.kind == "representative")
    assert len(cabinet.read(lambda db: db.exec(tries).all())) == 1, "a typing fault is no letter to anybody"
    for _ in range(9):
        represent_offer.send(told, File())
    with pytest.raises(TooMany):
        represent_offer.send(told, File())
    assert len(cabinet.read(lambda db: db.exec(select(Representative)).all())) == 10


@pytest.mark.parametrize("data", [b"", b"MZ\x90 a program", b"PK\x03\x04 not a word file"])
def test_what_is_no_scan_is_refused_by_its_content(cabinet: Cabinet, data: bytes) -> None:  # noqa: F811
    cabinet.signed_in("firm")
    with pytest.raises(Invalid) as wrong:
        represent_offer.taken(File("доверенность.pdf", data))
    assert wrong.value.field == "file"


def test_who_is_named_agrees_and_who_named_revokes(cabinet: Cabinet) -> None:  # noqa: F811
    row = give(cabinet, Act.CORRESPOND, in_force=False)
    assert "ждёт согласия и проверки" in cabinet.shows("representatives", "firm").text
    shown = cabinet.shows("representatives")
    assert "ООО «Лесной двор»" in shown.text
    assert "вести переписку и отвечать" in shown.text
    shown.press(f"power-agree-{row}")
    assert "сотрудник проверяет скан" in cabinet.shows("representatives").text
    cabinet.shows("representatives", "firm").decide(f"power-revoke-{row}", "power-revoke-sure")
    assert cabinet.read(lambda db: db.get(Representative, row).state) == State.REVOKED
    assert "Завершённые доверенности" in " ".join(e.label for e in cabinet.shows("representatives").app.expander)


def test_who_is_named_may_decline_with_words(cabinet: Cabinet) -> None:  # noqa: F811
    row = give(cabinet, Act.CORRESPOND, in_force=False)
    cabinet.shows("representatives").decide(f"power-refuse-{row}", "power-refuse-sure", power_refuse_why="уволился")
    found = cabinet.read(lambda db: db.get(Representative, row))
    assert (found.state, found.reason) == (State.REFUSED, "уволился")


def test_the_desk_sees_the_power_checks_it_and_the_look_is_written_down(cabinet: Cabinet) -> None:  # noqa: F811
    key = storage.storage().put(PDF)
    row = give(cabinet, Act.CORRESPOND, in_force=False)
    with cabinet.database.transaction() as db:
        db.get_one(Representative, row).scan_key = key
    assert "проверить: 1" in cabinet.open("powers", Role.OPERATOR).text
    shown = cabinet.open("powers", Role.OPERATOR, id=row)
    assert "ООО «Лесной двор»" in shown.text
    shown.press("power-check")
    assert cabinet.read(lambda db: db.get(Representative, row).checked_at) is not None
    looks = select(Audit).where(Audit.tag == represent.LOOK)
    assert cabinet.read(lambda db: db.exec(looks).first()).facts == {"representative": row}
    assert "power-check" not in [b.key for b in cabinet.open("powers", Role.AUDITOR, id=row).app.button]


def test_the_desk_refuses_with_a_reason_and_not_without(cabinet: Cabinet) -> None:  # noqa: F811
    key = storage.storage().put(PDF)
    row = give(cabinet, Act.CORRESPOND, in_force=False)
    with cabinet.database.transaction() as db:
        db.get_one(Representative, row).scan_key = key
    cabinet.open("powers", Role.OPERATOR, id=row).decide("power-turn-away", "power-turn-away-sure", power_why=" ")
    assert cabinet.read(lambda db: db.get(Representative, row).state) == State.OFFERED
    shown = cabinet.open("powers", Role.OPERATOR, id=row)
    shown.decide("power-turn-away", "power-turn-away-sure", power_why="подпись не та")
    assert cabinet.read(lambda db: db.get(Representative, row).reason) == "подпись не та"


# ------------------------------------------------------------------------------------------------ acting
def test_their_applications_stand_beside_ones_own_with_their_names(cabinet: Cabinet) -> None:  # noqa: F811
    mine, theirs = cabinet.case(Stage.CHECKING), cabinet.case(Stage.CHECKING, "firm")
    give(cabinet, Act.CORRESPOND)
    shown = cabinet.shows("applications")
    assert "Заявитель" in shown.text
    assert "ООО «Лесной двор»" in shown.text
    numbers = [cabinet.read(lambda db, i=i: db.get(Application, i).number) for i in (mine, theirs)]
    assert all(n in shown.text for n in numbers)
    only = cabinet.shows("applications", of=user(cabinet, "firm").id)
    assert [n in only.text for n in numbers] == [False, True]
    assert "Вы действуете за других" in cabinet.shows("home").text


@pytest.mark.parametrize("acts", [[Act.CORRESPOND, Act.FILE], [Act.WITHDRAW]])
def test_the_card_offers_only_what_the_power_carries(cabinet: Cabinet, acts: list[Act]) -> None:  # noqa: F811
    case = cabinet.case(Stage.CHECKING, "firm")
    give(cabinet, *acts)
    shown = cabinet.shows("application", id=case)
    assert "Вы действуете за: ООО «Лесной двор»" in shown.text
    assert (f"send-message-{case}-0" in [b.key for b in shown.app.button]) is (Act.CORRESPOND in acts)
    assert ("withdraw" in [b.key for b in shown.app.button]) is (Act.WITHDRAW in acts)
    assert ("correct" in [b.key for b in shown.app.button]) is (Act.FILE in acts)
    assert "/files/evidence/" not in shown.text
    assert "Ваш представитель" in cabinet.shows("application", "firm", id=case).text
    assert "Кто действует за меня" in cabinet.shows("my_data", "firm").text


def test_the_profile_says_who_of_the_two_acted(cabinet: Cabinet) -> None:  # noqa: F811
    case = cabinet.case(Stage.AWAITING_INFO, "firm")
    give(cabinet, Act.CORRESPOND)
    with cabinet.writing() as story:
        connected.supply_info(story.session, case, actor_of(user(cabinet, "anna")), "План приложен", story.now)
    told = cabinet.shows("profile", "firm").text
    assert "Смирнова А. В. по доверенности № 12" in told
    assert "вы" in told


def test_without_a_power_the_card_is_not_found(cabinet: Cabinet) -> None:  # noqa: F811
    case = cabinet.case(Stage.CHECKING, "firm")
    row = give(cabinet, *Act)
    assert "Ход заявки" in cabinet.shows("application", id=case).text
    with cabinet.writing() as story:
        represent.revoke(story.session, row, actor_of(user(cabinet, "firm")), story.now)
    assert "Ход заявки" not in cabinet.shows("application", id=case).text
    assert "ничего не нашли" in cabinet.shows("application", id=case).text


def test_a_new_application_is_begun_for_the_principal_with_the_power_attached(cabinet: Cabinet) -> None:  # noqa: F811
    give(cabinet, Act.FILE)
    firm = user(cabinet, "firm")
    shown = cabinet.shows("filing")
    assert "За кого подаёте заявку?" in shown.text
    shown.fill("filing-for", firm.id).fill("filing-branch", cabinet.story.house.branch.id)  # type: ignore[union-attr]
    shown.press("filing-begin")
    (draft,) = cabinet.of("firm")
    assert draft.draft["represented"] is True
    assert draft.draft["inn"] == firm.inn
    assert [f.kind for f in cabinet.read(lambda db: documents.attachments(db, draft.id or 0))] == ["authority"]
    assert "Шаг 1" in cabinet.shows("filing", id=draft.id).text
    assert draft.id in [c.id for c in cabinet.read(lambda db: connection.of_applicant(db, firm.id or 0))]


def test_without_the_right_to_file_nothing_is_begun_for_another(cabinet: Cabinet) -> None:  # noqa: F811
    give(cabinet, Act.CORRESPOND)
    firm, stranger = user(cabinet, "firm"), user(cabinet, "stranger")
    cabinet.signed_in("anna")
    branch = cabinet.story.house.branch.id or 0  # type: ignore[union-attr]
    with pytest.raises(BeyondPower):
        filing_draft.begin(branch, principal=firm.id)
    with pytest.raises(NotFound):
        filing_draft.begin(branch, principal=stranger.id)
    assert "За кого подаёте заявку?" not in cabinet.shows("filing").text


def test_the_card_on_the_desk_names_the_representative(cabinet: Cabinet) -> None:  # noqa: F811
    case = cabinet.case(Stage.CHECKING, "firm")
    give(cabinet, Act.CORRESPOND, application_id=case)
    shown = cabinet.open("case", Role.OPERATOR, id=case).text
    assert "Представитель" in shown
    assert "доверенность № 12" in shown


@pytest.mark.parametrize("acts", [[Act.SIGN], [Act.RECEIVE]], ids=["signs", "reads"])
def test_what_waits_for_the_principals_signature_waits_for_who_may_sign(cabinet: Cabinet, acts: list[Act]) -> None:  # noqa: F811
    case = cabinet.case(Stage.CHECKING, "firm")
    firm = user(cabinet, "firm")
    with cabinet.writing() as story:
        parties = [Party("ПЭС", None, Side.UTILITY, (Method.SEAL,)),
                   Party("Орлов Пётр Ильич", firm.id, Side.APPLICANT, (Method.CODE, Method.CERTIFICATE))]  # fmt: skip
        paper = documents.papers(story.session, case)[0].id or 0
        made = signing.open(story.session, process="connection", subject_id=case, purpose="supplement",
                            documents=[paper], parties=parties, now=story.now)  # fmt: skip
        envelope = made.id or 0
    give(cabinet, *acts)
    listed = cabinet.shows("signing").text
    if Act.SIGN not in acts:
        assert "Подписывать нечего" in listed
        assert "ничего не нашли" in cabinet.shows("signing", id=envelope).text
        return
    assert "Ваш ход" in listed
    shown = cabinet.shows("signing", id=envelope)
    assert "Вы подписываете за: Орлов Пётр Ильич, своим кодом" in shown.text
    assert "сертификат" not in shown.text.lower().split("стороны")[0]


# ------------------------------------------------------------------------------------------------ the door to the scan
def test_the_scan_opens_to_both_sides_and_to_the_desk_and_to_nobody_else(site: Site) -> None:  # noqa: F811
    key = storage.storage().put(PDF)
    assert key == hashlib.sha256(PDF).hexdigest()
    with site.database.transaction() as db:
        agent = User(login="agent", role=Role.APPLICANT, name="Борисов Фёдор Львович", created_at=site.case.created_at,
                     password_hash=db.get_one(User, site.applicant.id).password_hash, registration_number="ЛК-7")  # fmt: skip
        db.add(agent)
        db.flush()
        row = offered(db, db.get_one(User, site.applicant.id), agent, [Act.PAY], site.case.created_at)
        row.scan_key = key
        door = f"/files/powers/{row.id}"
    for login, status in (
        (site.applicant.login, 200),
        ("agent", 200),
        (site.stranger.login, 404),
        ("operator", 200),
        ("engineer", 404),
    ):
        assert site.sign_in(login, PASSWORD).get(door).status_code == status, login
    assert sessions.with_next("/sign-in", door) == site.visitor().get(door).headers["location"]


def test_what_waits_for_the_principal_stands_on_the_start_page_of_who_acts_for_him(cabinet: Cabinet) -> None:  # noqa: F811
    cabinet.case(Stage.AWAITING_INFO, "firm")
    assert "Ждут вашего хода" not in cabinet.shows("home").text
    give(cabinet, Act.FILE)
    text = cabinet.shows("home").text
    assert "Ждут вашего хода: 1" in text
    assert f"ТП-000001/26 · Садовый дом · {user(cabinet, 'firm').name}" in text
