"""The check-list is the technical conditions; at a repeated visit it remembers the last one."""

from typing import Any

from models.connection.tables import Stage
from models.process.actor import Actor, Role
from models.visit import rules

CONDITIONS: dict[str, Any] = {
    "own_works": [{"what": "Ввод от щита", "volume": "12 м"}, {"what": "Заземление", "volume": ""}],
    "metering": [{"name": "Тип", "value": "трёхфазный"}],
    "protection": ["Автомат 25 А"],
}


def line(item: str, **more: Any) -> dict[str, Any]:
    return {"item": item, "required": item, "found": "", "ok": None, "wrong": "", "due": "", **more}


def test_the_list_is_made_of_the_items_of_the_conditions() -> None:
    found = rules.checklist(CONDITIONS)
    assert [c["item"] for c in found] == ["9.1", "9.2", "10", "11.1"]
    assert found[0]["required"] == "Ввод от щита, 12 м"
    assert {c["ok"] for c in found} == {None}


def test_a_repeated_visit_looks_anew_at_what_was_wrong() -> None:
    before = {
        "checks": [line("9.1", ok=True, found="СИП 4×16"), line("9.2", ok=False, wrong="Нет протокола")],
        "remarks": [
            {"what": "Нет протокола", "ground": "п. 9.2", "due": "2026-11-10", "item": "9.2"},
            {"what": "Нет схемы на дверце", "ground": "ПТЭЭП", "due": "2026-11-10"},
        ],
    }
    found = {c["item"]: c for c in rules.checklist(CONDITIONS, before)}
    assert list(found)[0] == "з. 1"
    assert found["з. 1"]["required"] == "Устранено замечание: Нет схемы на дверце"
    assert (found["9.1"]["ok"], found["9.1"]["found"]) == (True, "СИП 4×16")
    assert (found["9.2"]["ok"], found["9.2"]["before"]) == (None, "Нет протокола")


def test_a_sheet_passes_when_every_line_complies_and_nothing_is_remarked() -> None:
    good = {"checks": [line("9.1", ok=True)], "remarks": []}
    assert rules.tally(good).passed
    assert not rules.tally({"checks": [line("9.1")], "remarks": []}).passed
    assert not rules.tally({"checks": [line("9.1", ok=False)], "remarks": []}).passed
    assert not rules.tally(good | {"remarks": [{"what": "Нет схемы"}]}).passed


def test_faults_stand_at_their_lines() -> None:
    values = {
        "checks": [line("9.1"), line("9.2", ok=False), line("9.3", ok=False, wrong="Нет", due="2026-11-10")],
        "remarks": [{"what": "Нет схемы", "ground": "", "due": ""}],
    }
    assert [f.field for f in rules.sheet_faults(values)] == ["check-0", "check-1", "check-1-due", "remark-0-due"]


def test_a_line_that_does_not_comply_becomes_a_remark_with_its_item() -> None:
    values = {"checks": [line("9.1", ok=True), line("9.2", ok=False, wrong="Нет протокола", due="2026-11-10")]}
    told = rules.report(values, [{"id": 7, "title": "Щит, 02.11.2026 12:00"}])
    assert told["remarks"] == [
        {"what": "Нет протокола", "ground": "п. 9.2 технических условий", "due": "2026-11-10", "item": "9.2"}
    ]
    assert [c["found"] for c in told["checks"]] == ["выполнено", "Нет протокола"]
    assert (told["photos"], told["photo_files"]) == (["Щит, 02.11.2026 12:00"], [7])


def test_who_signs_on_the_inspectors_device_stays_himself_in_the_evidence() -> None:
    owner = Actor(Role.APPLICANT, 5, "Анна Соколова")
    inspector = Actor(Role.INSPECTOR, 9, "Иван Петров", address="10.0.0.7")
    found = rules.on_site(owner, inspector)
    assert (found.role, found.user_id, found.address) == (Role.APPLICANT, 5, "10.0.0.7")
    assert "Иван Петров" in found.name


def test_every_visit_belongs_to_one_stage() -> None:
    assert set(rules.STAGES.values()) == {Stage.INSPECTION, Stage.METERING}
