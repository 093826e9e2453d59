"""Reading by program: what the cabinet shows, behind the same walls."""

from typing import Any

import pytest

from models.connection.tables import Stage
from tests.dashboard.api.world import PDF, World


def test_my_applications_are_mine_and_come_page_by_page(world: World) -> None:
    first = world.call("GET", "/applications?limit=2").json()
    assert [i["id"] for i in first["items"]] == sorted(world.cases.values(), reverse=True)[:2]
    rest = world.call("GET", f"/applications?after={first['next']}&limit=100").json()
    assert {i["id"] for i in first["items"] + rest["items"]} == set(world.cases.values())
    assert rest["next"] is None


def test_only_a_stage_can_be_asked_for(world: World) -> None:
    found = world.call("GET", "/applications?stage=DRAFT&stage=EXECUTION").json()["items"]
    assert {i["stage"] for i in found} == {"DRAFT", "EXECUTION"}
    assert world.call("GET", "/applications?stage=NONE").status_code == 422


def test_a_card_says_whose_turn_it_is_until_when_and_what_comes_then(world: World) -> None:
    card = world.call("GET", f"/applications/{world.cases[Stage.OFFER_PLACED]}").json()
    turn = card["turn"]
    assert (turn["whose"], turn["action"]) == ("applicant", "pay")
    assert turn["until"]
    assert turn["then"]
    assert turn["otherwise"]
    assert {t["rule"] for t in card["terms"]} >= {"TP-06X"}
    assert all(t["basis"] for t in card["terms"])
    assert card["stage_name"] == "размещены договор, технические условия и счёт, ожидание оплаты" or card["stage_name"]


def test_words_follow_the_asked_language(world: World) -> None:
    path = f"/applications/{world.cases[Stage.CHECKING]}/status"
    russian = world.call("GET", path)
    english = world.call("GET", path, headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert russian.headers["content-language"] == "ru"
    assert (english.headers["content-language"], english.json()["stage_name"]) == ("en", "being checked")
    assert russian.json()["stage_name"] != english.json()["stage_name"]


def test_what_the_reader_has_already_is_not_sent_again(world: World) -> None:
    path = f"/applications/{world.cases[Stage.EXECUTION]}"
    mark = world.call("GET", path).headers["etag"]
    again = world.call("GET", path, headers={"If-None-Match": mark})
    assert (again.status_code, again.content) == (304, b"")
    assert world.call("GET", path, headers={"If-None-Match": '"another"'}).status_code == 200


def test_history_tells_what_concerns_the_applicant_and_no_name_of_the_staff(world: World) -> None:
    answer = world.call("GET", f"/applications/{world.cases[Stage.EXECUTION]}/history")
    events = [i["event"] for i in answer.json()["items"]]
    assert events[:2] == ["submit", "register"]
    assert "submit_conditions" not in events
    assert "Сотрудник" not in answer.text


def test_a_message_is_written_once_whatever_the_network_does(world: World) -> None:
    path, sent = f"/applications/{world.cases[Stage.EXECUTION]}/messages", {"text": "Когда приедет инспектор?"}
    before = len(world.call("GET", path).json()["items"])
    answers = [world.call("POST", path, json=sent, headers={"Idempotency-Key": "message-1"}) for _ in range(3)]
    assert {a.status_code for a in answers} == {201}
    assert len({a.text for a in answers}) == 1
    assert [a.headers.get("idempotency-replayed") for a in answers] == [None, "true", "true"]
    assert len(world.call("GET", path).json()["items"]) == before + 1


def test_documents_are_those_that_were_placed_and_open_as_bytes(world: World) -> None:
    case = world.cases[Stage.OFFER_PLACED]
    papers = world.call("GET", f"/applications/{case}/documents").json()["items"]
    assert {p["kind"] for p in papers} >= {"contract", "conditions", "invoice"}
    answer = world.call("GET", f"/documents/{papers[0]['id']}/file")
    assert answer.content == PDF
    assert answer.headers["content-type"] == "application/pdf"
    again = world.call("GET", f"/documents/{papers[0]['id']}/file", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


def test_money_of_an_application_is_told_to_the_kopeck(world: World) -> None:
    told = world.call("GET", f"/applications/{world.cases[Stage.OFFER_PLACED]}/payments").json()
    parts = told["invoice"]["parts"]
    assert sum(float(p["amount"]) for p in parts) == pytest.approx(float(told["invoice"]["total"]))
    assert told["balance"]["due"] == told["balance"]["billed"] == told["invoice"]["total"]
    assert world.call("GET", f"/applications/{world.cases[Stage.CHECKING]}/payments").json()["invoice"] is None


def test_a_payment_is_ordered_once_and_waits_for_the_bank(world: World) -> None:
    path, key = f"/applications/{world.cases[Stage.OFFER_PLACED]}/payments", {"Idempotency-Key": "payment-1"}
    made = [world.call("POST", path, headers=key) for _ in range(2)]
    assert {a.status_code for a in made} == {202}
    assert made[0].json() == made[1].json()
    assert made[0].json()["state"] == "new"
    assert [o["number"] for o in world.call("GET", path).json()["orders"]] == [made[0].json()["number"]]


def test_what_was_missing_is_sent_by_program(world: World) -> None:
    case = world.cases[Stage.AWAITING_INFO]
    card = world.call("GET", f"/applications/{case}").json()
    assert card["missing"]
    empty = world.call("POST", f"/applications/{case}/answer", json={})
    assert (empty.status_code, empty.json()["errors"][0]["pointer"]) == (422, "/reply")
    done = world.call("POST", f"/applications/{case}/answer", json={"text": "Выписка приложена раньше"})
    assert (done.status_code, done.json()["stage"]) == (200, "CHECKING")
    again = world.call("POST", f"/applications/{case}/answer", json={"text": "ещё раз"})
    assert again.status_code == 409


def test_notices_are_listed_read_and_counted(world: World) -> None:
    told = world.call("GET", "/notices?limit=1").json()
    assert told["unread"] > 0
    assert told["next"] == told["items"][0]["id"]
    assert world.call("POST", f"/notices/{world.notice}/read").status_code == 204
    assert world.call("GET", "/notices?limit=100").json()["unread"] == told["unread"] - 1
    assert world.call("POST", "/notices/read").status_code == 204
    assert world.call("GET", "/notices?unread=true").json() == {"items": [], "next": None, "unread": 0}


def test_the_reference_names_what_there_is_to_choose_from(world: World) -> None:
    told = world.call("GET", "/reference").json()
    assert told["branches"]
    assert {s["code"] for s in told["stages"]} == set(Stage)
    assert "персональных данных" in told["consent"]["text"]
    me: dict[str, Any] = world.call("GET", "/me", "read").json()
    assert me["name"] == world.owner.name
    assert me["prefix"] == world.keys["read"][:12]
    assert all(s.endswith(":read") for s in me["scopes"])
