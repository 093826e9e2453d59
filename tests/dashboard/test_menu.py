"""The menu follows the profile: its modules, its order, its words, the kind of person (G-19)."""

import pytest

from dashboard import menu, staff_menu
from infra import profiles
from infra.profiles.shape import MenuItem
from models.process.actor import STAFF, Role


def shown(kind: str = "individual") -> list[str]:
    return [v.entry.name for v in menu.views_of(Role.APPLICANT, kind) if not (v.entry.hidden or v.entry.development)]


def use(patch: pytest.MonkeyPatch, name: str, **changed: object) -> None:
    told = profiles.profile(name).cabinet.model_copy(update=changed)
    patch.setattr(profiles, "cabinet", lambda: told)


@pytest.mark.rows("G-13", "G-14", "G-15", "G-16", "G-17")
def test_the_menu_of_the_manual_has_its_items_in_its_order(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, "oreloblenergo")
    assert shown() == ["home", "applications", "notices", "profile", "appeal"]
    hidden = {v.entry.name for v in menu.views_of(Role.APPLICANT) if v.entry.hidden}
    assert {"my_data", "my_consents", "contacts"} <= hidden, "what the menu does not name stays reachable"


def test_a_module_that_is_off_has_no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, "vostok")
    names = {v.entry.name for v in menu.views_of(Role.APPLICANT)}
    assert not names & {"applications", "application", "filing", "signing", "appeal"}
    assert {"home", "notices", "profile", "my_visits"} <= names
    use(monkeypatch, "moek")
    assert "my_visits" not in {v.entry.name for v in menu.views_of(Role.APPLICANT)}


def test_vostok_calls_the_page_of_passwords_contacts_and_notices_by_the_manuals_word(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    use(monkeypatch, "vostok")
    named = {v.entry.name: v.entry.title for v in menu.views_of(Role.APPLICANT) if not v.entry.hidden}
    assert (named["profile"], named["my_visits"]) == ("Настройки", "Запись на приём")


@pytest.mark.rows("G-19")
def test_the_set_of_items_differs_by_kind_of_person(monkeypatch: pytest.MonkeyPatch) -> None:
    items = [MenuItem(view="home"), MenuItem(view="signing", title="Бумаги фирмы", kinds=["legal_entity"])]
    use(monkeypatch, "demo", menu=items)
    assert shown("individual") == ["home"]
    assert shown("legal_entity") == ["home", "signing"]
    assert menu.views_of(Role.APPLICANT, "legal_entity")[1].entry.title == "Бумаги фирмы"


def test_staff_do_not_depend_on_the_menu_of_customers(monkeypatch: pytest.MonkeyPatch) -> None:
    before = [v.entry.name for v in menu.views_of(Role.OPERATOR)]
    use(monkeypatch, "vostok")
    assert [v.entry.name for v in menu.views_of(Role.OPERATOR)] == before


@pytest.mark.parametrize("role", sorted(STAFF))
def test_the_menu_of_staff_keeps_every_page_once(role: str) -> None:
    shown = [v.entry.name for v in menu.views_of(role) if not v.entry.hidden]
    theirs = {v.entry.name for v in menu.all_views() if role in v.entry.roles and not v.entry.hidden}
    parts = staff_menu.arranged(role, shown)
    assert [name for part in parts for name in part.names] == shown, "the page draws titles over this very order"
    assert len(shown) == len(set(shown))
    assert set(shown) == theirs
    assert not parts[0].title
    assert parts[0].names == [n for n in staff_menu.FIRST[role] if n in theirs]
    assert len(parts[0].names) <= 7, "what stands first is seen at a glance"


def test_what_no_section_names_is_not_lost_and_a_long_menu_is_folded() -> None:
    shown = [v.entry.name for v in menu.views_of(Role.OPERATOR) if not v.entry.hidden]
    parts = staff_menu.arranged(Role.OPERATOR, [*shown, "brand_new"])
    assert "brand_new" in parts[-1].names
    assert "nth-child(n+8)" in staff_menu.style(parts)
    assert 'content:"Клиенты"' in staff_menu.style(parts)
    short = staff_menu.arranged(Role.LAWYER, [v.entry.name for v in menu.views_of(Role.LAWYER) if not v.entry.hidden])
    assert not staff_menu.is_folded(short)
    assert "display:none" not in staff_menu.style(short)
