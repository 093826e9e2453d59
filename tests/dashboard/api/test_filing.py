"""An application filed by program from its first field to its number, and a request that the network sends twice."""

import re
from typing import Any

import pytest
from sqlalchemy import text

from models.connection.tables import Application
from models.delivery.tables import Letter
from models.integration import answers
from tests.dashboard.api.world import PDF, World
from tests.house import PASSPORT
from tests.race.together import together

FIELDS = {
    "object_name": "Садовый дом",
    "object_address": "Лесненский р-н, пос. Лесное, СНТ «Берёзка», уч. 48",
    "cadastre": "47:03:0512004:118",
    "devices": "электроплита, освещение",
    "purpose": "Бытовые нужды",
    "commissioning": "II квартал 2027",
    "power_kw": "15",
    "birth_date": "1984-03-17",
}
_count = 0


def begun(world: World, **fields: Any) -> dict[str, Any]:
    global _count
    _count += 1
    answer = world.call("POST", "/applications", json={"branch_id": 1, "fields": FIELDS | fields},
                        headers={"Idempotency-Key": f"filing-{_count:04}"})  # fmt: skip
    assert answer.status_code == 201, answer.text
    return answer.json()


def pointers(answer: Any) -> set[str]:
    assert answer.status_code == 422, answer.text
    return {e["pointer"] for e in answer.json()["errors"]}


def code_of(world: World) -> str:
    with world.database.transaction() as db:
        letter = db.execute(text("select max(id) from letter where kind = 'signature_code'")).scalar_one()
        return re.findall(r"\b\d{6}\b", " ".join(db.get_one(Letter, letter).data["details"]))[0]


def test_an_application_is_filed_by_program_and_gets_its_evidence(world: World) -> None:
    draft = begun(world)
    base = f"/applications/{draft['id']}"
    missing = {"/consent", "/passport_series", "/attachments/identity", "/attachments/title"}
    assert missing <= pointers(world.call("POST", f"{base}/check"))
    assert missing <= {f["pointer"] for f in draft["faults"]}
    assert pointers(world.call("POST", f"{base}/signing-code")) >= missing, "nothing is signed that is not whole"

    changed = world.call("PATCH", f"{base}/draft", json=PASSPORT | {"consent": True})
    assert changed.status_code == 200
    assert not set(PASSPORT) & set(changed.json()["fields"]), "a passport is never told back"
    assert changed.json()["passport"]
    for kind in ("identity", "title"):
        sent = world.call(
            "POST", f"{base}/attachments", data={"kind": kind}, files={"file": (f"{kind}.pdf", PDF + kind.encode())}
        )
        assert (sent.status_code, sent.json()["media_type"]) == (201, "application/pdf")
    assert world.call("POST", f"{base}/check").status_code == 204

    told = world.call("POST", f"{base}/signing-code")
    assert told.status_code == 202
    assert "***" in told.json()["sent_to"]
    wrong = world.call(
        "POST", f"{base}/submission", json={"code": "000000"}, headers={"Idempotency-Key": "submission-wrong"}
    )
    assert pointers(wrong) == {"/code"}
    key = {"Idempotency-Key": f"submission-{draft['id']}"}
    answers = [world.call("POST", f"{base}/submission", json={"code": code_of(world)}, headers=key) for _ in range(2)]
    assert [a.status_code for a in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["stage"] == "SUBMITTED"
    with world.database.transaction() as db:
        case = db.get_one(Application, draft["id"])
        assert case.signature["kind"] == "simple"
        assert case.draft["consents"][0]["sha256"]
        moves = db.execute(text("select count(*) from history where process = 'connection' and subject_id = :id"),
                           {"id": case.id}).scalar_one()  # fmt: skip
    assert moves == 1, "filed once"
    assert world.call("PATCH", f"{base}/draft", json={"object_name": "Другой"}).status_code == 409
    assert world.call("GET", f"{base}/draft").status_code == 409


def test_a_wrong_code_dies_after_five_tries_though_each_request_is_undone(world: World) -> None:
    draft = begun(world, **PASSPORT, consent=True)
    base = f"/applications/{draft['id']}"
    for kind in ("identity", "title"):
        world.call("POST", f"{base}/attachments", data={"kind": kind}, files={"file": ("a.pdf", PDF)})
    world.call("POST", f"{base}/signing-code")
    right = code_of(world)
    wrong = f"{(int(right) + 1) % 10**6:06}"
    for n in range(5):
        world.forget_limits()
        world.call(
            "POST", f"{base}/submission", json={"code": wrong}, headers={"Idempotency-Key": f"dies-{draft['id']}-{n}"}
        )
    world.forget_limits()
    late = world.call(
        "POST", f"{base}/submission", json={"code": right}, headers={"Idempotency-Key": f"dies-{draft['id']}-9"}
    )
    assert pointers(late) == {"/code"}


def test_faults_speak_the_readers_language_beside_their_fields(world: World) -> None:
    path = f"/applications/{begun(world, snils='1', power_kw='сто')['id']}/check"
    said = {e["pointer"]: e["detail"] for e in world.call("POST", path).json()["errors"]}
    english = world.call("POST", path, headers={"Accept-Language": "en"}).json()
    assert "мощность" in said["/power_kw"]
    assert {e["pointer"] for e in english["errors"]} == set(said)
    assert english["title"] == "Check the named fields"


def test_a_change_that_saw_another_state_is_refused(world: World) -> None:
    draft = begun(world)
    path = f"/applications/{draft['id']}/draft"
    mark = world.call("GET", path).headers["etag"]
    first = world.call("PATCH", path, json={"object_name": "Дом"}, headers={"If-Match": mark})
    assert first.status_code == 200
    assert world.call("PATCH", path, json={"object_name": "Баня"}, headers={"If-Match": mark}).status_code == 412
    assert world.call("GET", path).json()["fields"]["object_name"] == "Дом"


def test_unknown_fields_and_foreign_branches_are_mistakes(world: World) -> None:
    for body, pointer in (
        ({"branch_id": 1, "fields": {"objekt": "Дом"}}, "/fields/objekt"),
        ({"branch_id": 10**6}, "/branch_id"),
        ({"fields": {}}, "/branch_id"),
        ({"branch_id": 1, "fields": {"object_name": "a\u0000b"}}, "/fields/object_name"),
    ):
        answer = world.call("POST", "/applications", json=body, headers={"Idempotency-Key": "mistake-0001"})
        assert pointer in pointers(answer)


def test_what_is_attached_is_judged_by_its_bytes(world: World) -> None:
    base = f"/applications/{begun(world)['id']}/attachments"
    bad = world.call("POST", base, data={"kind": "plan"}, files={"file": ("план.pdf", b"MZ no paper")})
    assert pointers(bad) == {"/file"}
    assert pointers(world.call("POST", base, data={"kind": "other"}, files={"file": ("a.pdf", PDF)})) == {"/kind"}
    good = world.call("POST", base, data={"kind": "plan"}, files={"file": ("план.pdf", PDF)}).json()
    assert [f["id"] for f in world.call("GET", base).json()["items"]] == [good["id"]]
    assert world.call("GET", f"/attachments/{good['id']}").content == PDF
    assert world.call("DELETE", f"/attachments/{good['id']}").status_code == 204
    assert world.call("GET", f"/attachments/{good['id']}").status_code == 404


def test_a_draft_is_thrown_away(world: World) -> None:
    draft = begun(world)
    gone = world.call("POST", f"/applications/{draft['id']}/withdrawal", json={})
    assert (gone.status_code, gone.json()["stage"]) == (200, "WITHDRAWN")


# ------------------------------------------------------------------------------------------------ twice
def drafts(world: World) -> int:
    with world.database.transaction() as db:
        return int(
            db.execute(
                text("select count(*) from connection where applicant_id = :id"), {"id": world.owner.id}
            ).scalar_one()
        )


def send(world: World, key: str, **fields: Any) -> Any:
    return world.call(
        "POST", "/applications", json={"branch_id": 1, "fields": fields}, headers={"Idempotency-Key": key}
    )


def test_the_same_key_with_the_same_body_is_the_same_answer(world: World) -> None:
    before = drafts(world)
    first, second = (send(world, "same-0001", object_name="Дом") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert (first.text, first.headers["location"]) == (second.text, second.headers["location"])
    assert second.headers["idempotency-replayed"] == "true"
    assert drafts(world) == before + 1


def test_the_same_key_with_another_body_is_refused(world: World) -> None:
    send(world, "other-0001", object_name="Дом")
    answer = send(world, "other-0001", object_name="Баня")
    assert answer.status_code == 422
    assert "Idempotency-Key" in answer.json()["detail"]


def test_keys_of_different_people_do_not_meet(world: World) -> None:
    mine = send(world, "people-0001").json()
    other = world.call("POST", "/applications", "stranger", json={"branch_id": 1, "fields": {}},
                       headers={"Idempotency-Key": "people-0001"})  # fmt: skip
    assert other.status_code == 201
    assert other.json()["id"] != mine["id"]


def test_a_request_that_was_refused_is_not_remembered(world: World) -> None:
    body = {"branch_id": 10**6, "fields": {}}
    key = {"Idempotency-Key": "refused-0001"}
    assert world.call("POST", "/applications", json=body, headers=key).status_code == 422
    assert world.call("POST", "/applications", json=body | {"branch_id": 1}, headers=key).status_code == 201


def test_without_a_key_nothing_is_filed(world: World) -> None:
    answer = world.call("POST", "/applications", json={"branch_id": 1, "fields": {}})
    assert answer.status_code == 422
    assert "Idempotency-Key" in answer.text


def rush(world: World, key: str) -> list[Any]:
    found: list[Any] = []
    faults = together(*[lambda: found.append(send(world, key, object_name="Дом")) for _ in range(8)])
    assert faults == []
    return found


def test_eight_at_once_with_one_key_make_one_application(world: World) -> None:
    before = drafts(world)
    found = rush(world, "rush-0001")
    assert {a.status_code for a in found} == {201}
    assert len({a.text for a in found}) == 1
    assert drafts(world) == before + 1


def test_the_control_without_the_claim_makes_eight(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "claim", lambda *_: None)
    monkeypatch.setattr(answers, "keep", lambda *_: None)
    before = drafts(world)
    rush(world, "rush-0002")
    assert drafts(world) == before + 8


def test_what_is_remembered_of_an_answer_is_sealed(world: World) -> None:
    send(world, "sealed-0001", name="Совершенно Особенное Имя")
    with world.database.transaction() as db:
        body = db.execute(text("select body from api_answer where key = 'sealed-0001'")).scalar_one()
    assert "Особенное".encode() not in bytes(body)
    assert "Особенное" in send(world, "sealed-0001", name="Совершенно Особенное Имя").text
