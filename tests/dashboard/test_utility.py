"""Every page speaks for the utility of its profile: ways to reach it, its name in the head, what it is for."""

import re

import pytest

from dashboard import utility
from dashboard.parts.make_logo import logo_of
from dashboard.utility import Way
from infra import profiles
from tests.dashboard.conftest import Site
from tests.dashboard.doors import profile


def of(name: str, monkeypatch: pytest.MonkeyPatch) -> utility.Utility:
    told = profiles.profile().utility
    found = utility.Utility(told.name, told.full_short, told.phone, told.hours, told.email)
    monkeypatch.setattr(utility, "utility", lambda: found)
    return found


@pytest.mark.rows("G-40", "D-22", "D-23", "D-24", "R-06", "R-95", "J-044")
def test_each_number_stands_once_under_the_profiles_own_word(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {}
    for name in ("oreloblenergo", "drsk", "vostok", "mosenergosbyt"):
        with profile(monkeypatch, name), monkeypatch.context() as inside:
            of(name, inside)
            found[name] = utility.ways()
    assert found["oreloblenergo"][0] == Way("Центр обслуживания потребителей", "8-800-250-19-61")
    assert [w.title for w in found["drsk"]] == [
        "Единый контакт-центр",
        "Интернет-приёмная",
        "Лично",
        "Электронная почта",
    ]
    assert found["drsk"][1].link == "/web-reception"
    assert [(w.title, w.value, w.link) for w in found["vostok"]] == [
        ("Единая справочная служба", "8 800 250-60-06", "tel:88002506006"),
        ("Служба технической поддержки", "8 800 250-60-06, доб. 5", "tel:88002506006"),
        ("Обращения пользователей личного кабинета", "lk.erc@erc-progress.ru", "mailto:lk.erc@erc-progress.ru"),
        ("Замечания и пожелания", "Интернет-приёмная на сайте вашего региона", "/web-reception"),
    ]
    assert [w.value for w in found["mosenergosbyt"]].count("lkk_ul@mosenergosbyt.ru") == 1


def test_the_start_page_tells_what_this_cabinet_is_for(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    grid = ("/calculator", "/status", "/disclosure")
    with profile(monkeypatch, "moek"):
        page = site.visitor().get("/").text
        assert not [path for path in grid if f'href="{path}"' in page]
        assert "Подключ" not in page
    with profile(monkeypatch, "drsk"):
        page = site.visitor().get("/").text
        assert [path for path in grid if f'href="{path}"' in page] == list(grid)


def test_head_and_foot_carry_the_utility_its_phone_and_hours(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with profile(monkeypatch, "drsk"):
        page = site.visitor().get("/sign-in").text
        ours = utility.utility()
    head = page[page.index("<header") : page.index("</header>")]
    assert f"<span>{ours.name}<small>Личный кабинет</small></span>" in head
    foot = page[page.index("<footer") :]
    for said in (ours.full_short, ours.phone, ours.hours):
        assert said in foot, said


def test_the_reception_leads_to_the_sites_of_the_regions_and_to_modules_that_are_there(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    with profile(monkeypatch, "vostok"):
        page = site.visitor().get("/web-reception").text
    assert 'href="https://www.kurgan.vostok-electra.ru"' in page
    assert 'href="/booking"' in page
    assert "/appeal" not in page
    with profile(monkeypatch, "moek"):
        assert 'href="/booking"' not in site.visitor().get("/web-reception").text


@pytest.mark.parametrize("dark", [False, True])
def test_a_name_of_any_length_fits_its_logo(dark: bool) -> None:
    for name in ("МОЭК", "Мосэнергосбыт", "<Север & Юг>"):
        drawn = logo_of(name, dark=dark)
        wide, text = (int(re.search(rf' {what}="(\d+)"', drawn)[1]) for what in ("width", "textLength"))  # type: ignore[index]
        assert 42 + text <= wide
        assert "<Север" not in drawn
