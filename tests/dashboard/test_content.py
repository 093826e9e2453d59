"""News, outages, answers, forms and manuals for visitors; what an editor writes can do no harm; the count of notices."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from dashboard import assets, rich_text
from dashboard.public import manual
from infra import clock, profiles, storage
from models.content import actions
from models.content.tables import Kind
from models.delivery import actions as delivery
from models.people.tables import SignIn
from tests.dashboard.conftest import Site
from tests.dashboard.doors import profile
from tests.models.content.items import editor, item

LIMIT = 60 * 1024
PAGES = ("/news", "/outages", "/faq", "/forms", "/manual", "/help")
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def put(site: Site, kind: Kind, **more: Any) -> int:
    with site.database.transaction() as session:
        return item(session, kind, clock.now() - timedelta(minutes=5), **more).id or 0


@pytest.mark.rows("J-041", "J-042", "J-043", "R-08")
def test_every_page_is_light_and_needs_no_script(site: Site) -> None:
    now = clock.now()
    for number in range(30):
        put(site, Kind.NEWS, title=f"Новость {number}", lead="Коротко о главном. " * 8)
        put(site, Kind.FAQ, title=f"Вопрос {number}", text="Ответ на вопрос. " * 20)
    put(site, Kind.OUTAGE, begins_at=now, ends_at=now + timedelta(hours=2))
    for path in PAGES:
        page = site.visitor().get(path).text
        linked = re.findall(r'(?:href|src)="(/assets/[^"]+)"', page)
        assert len(page.encode()) + sum(len(site.visitor().get(a).content) for a in linked) < LIMIT, path
        assert "<script" not in page
        assert "style=" not in page


def test_pages_of_news_lead_on(site: Site) -> None:
    for number in range(25):
        put(site, Kind.NEWS, title=f"Новость № {number}.")
    first = site.visitor().get("/news").text
    older = re.search(r'href="(/news\?before=\d+)"', first)
    assert older
    second = site.visitor().get(older[1]).text
    titles = re.findall(r"Новость № (\d+)\.", first) + re.findall(r"Новость № (\d+)\.", second)
    assert titles == [str(n) for n in range(24, -1, -1)]


def test_visitors_see_what_is_for_them_and_customers_theirs(site: Site) -> None:
    put(site, Kind.NEWS, title="Только клиентам", audience=["individual"])
    hidden = put(site, Kind.NEWS, title="Только организациям", audience=["legal_entity"])
    draft = put(site, Kind.NEWS, title="Черновик", published=False)
    assert "Только" not in site.visitor().get("/news").text
    anna = site.sign_in(site.applicant.login)
    assert "Только клиентам" in anna.get("/news").text
    for client in (site.visitor(), anna):
        assert {client.get(f"/news/{n}").status_code for n in (hidden, draft, 10**9)} == {404}


def test_the_schedule_is_found_by_branch_and_street(site: Site) -> None:
    now = clock.now()
    put(site, Kind.OUTAGE, begins_at=now + timedelta(days=1), ends_at=now + timedelta(days=1, hours=2), title="Завтра")
    found = site.visitor().get("/outages?q=озерная")
    assert "Завтра" in found.text
    assert "Завтра" not in site.visitor().get("/outages?q=вокзальная").text
    assert site.visitor().get("/outages?branch=999&q=%25").status_code == 200


@pytest.mark.rows("G-21")
def test_a_form_is_downloaded_by_its_link_and_a_withdrawn_one_is_not(site: Site, tmp_path: Path) -> None:
    key = storage.FolderStorage(tmp_path).put(b"PK blank")
    form = put(site, Kind.FORM, published=False)
    with site.database.transaction() as session:
        who = editor(session)
        actions.attach(session, form, who, clock.now(), key=key, name="Заявка.docx", media_type=DOCX, size=8)
        actions.publish(session, form, who, clock.now())
    assert f'href="/forms/{form}" download' in site.visitor().get("/forms").text
    answer = site.visitor().get(f"/forms/{form}")
    assert (answer.content, answer.headers["content-type"]) == (b"PK blank", DOCX)
    assert answer.headers["content-disposition"].startswith("attachment")
    with site.database.transaction() as session:
        actions.withdraw(session, form, "устарел", editor(session), clock.now())
    assert site.visitor().get(f"/forms/{form}").status_code == 404


# ------------------------------------------------------------------------------------------------ markup
@pytest.mark.parametrize(
    "typed",
    ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))",
     "[x](data:text/html,<script>)", "<a href='javascript:1'>x</a>", "[x](//host.example)",
     "[x](vbscript:x)", "<b onmouseover=alert(1)>x</b>", "[x](\\\\host\\share)", "<style>*{}</style>"],
)  # fmt: skip
def test_markup_that_could_do_harm_stays_text(typed: str) -> None:
    made = rich_text.html(typed)
    assert set(re.findall(r"<(\w+)", made)) <= {"p"}


def test_a_picture_of_another_host_is_never_loaded() -> None:
    assert "<img" not in rich_text.html("![x](http://host/pixel.png)")
    assert 'href="/%5Chost"' in rich_text.html("[x](/\\host)"), "a path of ours, not a host"


def test_markup_that_is_offered_works() -> None:
    made = rich_text.html(
        "# Заголовок\n\n**жирно** и [сайт](https://site.example)\n\n- раз\n- два\n\n| а | б |\n|---|--:|\n| 1 | 2 |"
    )
    assert set(re.findall(r"<(\w+)", made)) == {
        "h2",
        "p",
        "strong",
        "a",
        "ul",
        "li",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    }
    assert 'rel="noopener noreferrer nofollow"' in made
    assert "style=" not in made


# ------------------------------------------------------------------------------------------------ manuals, requirements
@pytest.mark.rows("B-02", "R-05", "R-06", "R-07", "R-09", "R-10", "R-11")
def test_vostok_tells_its_manual_its_support_its_sites_and_what_a_computer_needs(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    with profile(monkeypatch, "vostok"):
        page = site.visitor().get("/help").text
        for said in (
            "Руководство пользователя Предварительной записи клиента АО «ЭК «Восток»", "не менее 256 кбит/с", "Adobe Reader, Foxit Reader",
            "Internet Explorer 9.0 и выше, Mozilla Firefox 27.0 и выше, Google Chrome 32.0 и выше", "lk.erc@erc-progress.ru",
            "https://www.kurgan.vostok-electra.ru", "https://www.tyumen.vostok-electra.ru", "https://www.orenburg.vostok-electra.ru",
            "убедитесь, что вам предоставлен номер заявки. Используйте его при повторном обращении к специалистам.",
        ):  # fmt: skip
            assert said in page, said
        assert 'href="/manual"' in site.visitor().get("/sign-in").text
        told = site.visitor().get("/manual").text
        assert 'id="booking"' in told
        assert 'id="connection"' not in told, "a module that is off has no chapter"
        assert "Предварительной записи клиента АО «ЭК «Восток»" in site.visitor().get("/booking").text


@pytest.mark.rows("J-044", "J-045", "J-046", "J-047")
def test_mosenergosbyt_tells_system_browsers_programs_and_where_to_write(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    with profile(monkeypatch, "mosenergosbyt"):
        page = site.visitor().get("/help").text
    for said in ("MS Windows 7 и выше", "Mozilla Firefox v30.0 и выше, Google Chrome v35.0 и выше", "Adobe Reader v 7.0 и выше",
                 "MS Office: Excel", "lkk_ul@mosenergosbyt.ru", "или вашему куратору"):  # fmt: skip
        assert said in page, said


@pytest.mark.rows("D-01", "D-22", "D-23", "D-24", "H-02")
def test_drsk_and_moek_tell_their_regions_and_contacts(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with profile(monkeypatch, "drsk"):
        page = site.visitor().get("/help").text
    for said in ("Амурская область", "Приморский край", "Юг Республики Саха (Якутия)", "Хабаровский край", "Еврейская автономная область",
                 "8-800-100-03-97", "звонок бесплатный", "Интернет-приёмная", "центр по обслуживанию клиентов"):  # fmt: skip
        assert said in page, said
    with profile(monkeypatch, "moek"):
        assert "https://www.moek.ru/" in site.visitor().get("/help").text


def test_every_profile_has_a_manual_without_holes(monkeypatch: pytest.MonkeyPatch, site: Site) -> None:
    for name in profiles.names():
        with profile(monkeypatch, name):
            page = site.visitor().get("/manual")
            assert page.status_code == 200
            assert not re.search(r"\{\w+\}", page.text), name
    assert all((manual.HERE / f"{section}.md").is_file() for section in manual.SECTIONS)


# ------------------------------------------------------------------------------------------------ the count
@pytest.mark.rows("J-039")
def test_the_count_of_unread_notices_is_ones_own_and_is_no_click(site: Site) -> None:
    client = site.sign_in(site.applicant.login)
    before = client.get("/notices/unread").json()["unread"]
    with site.database.transaction() as session:
        for who in (site.applicant, site.stranger):
            delivery.notify(session, f"n:{who.id}", who.id or 0, None, "message", "Ответ", "", clock.now())
        session.execute(text("update sign_in set seen_at = seen_at - interval '30 minutes'"))
    seen = sign_ins(site)
    assert client.get("/notices/unread").json() == {"unread": before + 1}
    assert sign_ins(site) == seen, "an open window does not keep a session alive"
    with site.database.transaction() as session:
        session.execute(text("update sign_in set seen_at = seen_at - interval '1 day'"))
    assert client.get("/notices/unread").status_code == 401
    assert site.visitor().get("/notices/unread").status_code == 401


def sign_ins(site: Site) -> list[object]:
    with site.database.transaction() as session:
        return list(session.execute(text(f"select seen_at from {SignIn.__tablename__} order by id")).scalars())


def test_the_stylesheet_of_the_public_pages_stays_small() -> None:
    assert len(assets.own()["feeder.css"].plain) < LIMIT / 2
