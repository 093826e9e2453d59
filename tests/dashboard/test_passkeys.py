"""A key of a device opens the cabinet alone or after the password; a revoked, foreign, copied or repeated one opens nothing."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import Session, select

from models.people.proof_tables import Passkey, PasskeyAsk
from models.people.tables import Audit, SignIn
from tests.dashboard.authenticator import PRESENT, Device, options_in
from tests.dashboard.conftest import PASSWORD, Site, post_sign_in

WRONG = "Этот ключ кабинет не открывает"


def read(site: Site, what: Callable[[Session], Any]) -> Any:
    with site.database.transaction() as session:
        return what(session)


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, page
    return found[1]


def added(site: Site, name: str = "рабочий компьютер", login: str = "manager"):  # type: ignore[no-untyped-def]
    """(browser, device, what was shown at the end)"""
    client = site.visitor()
    post_sign_in(client, login, PASSWORD)
    device = Device(str(client.base_url).rstrip("/"))
    return client, device, add(client, device, name)


def add(client, device: Device, name: str):  # type: ignore[no-untyped-def]
    form = client.get("/passkeys").text
    page = client.post("/passkeys/new", data={"csrf": field(form, "csrf"), "name": name, "password": PASSWORD}).text
    return answer(client, "/passkeys/add", page, device.add(options_in(page)), name=name)


def answer(client, path: str, page: str, credential: str, **more: str):  # type: ignore[no-untyped-def]
    data = {"csrf": field(page, "csrf"), "handle": field(page, "handle"), "credential": credential}
    return client.post(path, data=data | more)


def alone(site: Site, sign: Callable[[dict], str]):  # type: ignore[no-untyped-def]
    client = site.visitor()
    page = client.get("/sign-in/passkey?next=/queue").text
    return client, answer(client, "/sign-in/passkey", page, sign(options_in(page)), next="/queue")


def sessions(site: Site) -> int:
    return len(read(site, lambda db: db.exec(select(SignIn)).all()))


def test_a_key_is_named_and_stands_in_the_list_and_its_private_half_nowhere(site: Site) -> None:
    client, device, shown = added(site)
    assert len(re.findall(r"<code>([\w-]+)</code>", shown.text)) == 10, "spare codes come with the first key"
    assert "рабочий компьютер" in client.get("/passkeys").text
    assert add(client, Device(device.origin), "телефон").status_code == 303
    assert read(site, lambda db: [k.name for k in db.exec(select(Passkey).order_by(Passkey.id))]) == [
        "рабочий компьютер",
        "телефон",
    ]
    tags = read(site, lambda db: [a.tag for a in db.exec(select(Audit))])
    assert tags.count("people:passkey:added") == 2


def test_a_key_opens_alone(site: Site) -> None:
    _, device, _ = added(site)
    client, response = alone(site, device.prove)
    assert (response.status_code, response.headers["location"]) == (303, "/queue")
    assert "/assets/desk." in client.get("/").text
    assert alone(site, device.prove)[1].status_code == 303, "and once more, with a higher count"


def test_after_the_password_the_key_is_the_second_step(site: Site) -> None:
    _, device, shown = added(site)
    client = site.visitor()
    assert post_sign_in(client, "manager", PASSWORD).headers["location"].startswith("/sign-in/step")
    assert client.get("/queue").headers["location"].startswith("/sign-in?next="), "the password alone opens nothing now"
    page = client.get("/sign-in/step?next=/queue").text
    assert options_in(page)["allowCredentials"]
    assert (
        answer(client, "/sign-in/step/passkey", page, device.prove(options_in(page)), next="/queue").status_code == 303
    )
    assert "/assets/desk." in client.get("/").text
    other = site.visitor()
    post_sign_in(other, "manager", PASSWORD)
    spare = re.findall(r"<code>([\w-]+)</code>", shown.text)[0]
    step = other.get("/sign-in/step").text
    assert other.post("/sign-in/code", data={"csrf": field(step, "csrf"), "code": spare}).status_code == 303


def test_a_revoked_key_opens_nothing(site: Site) -> None:
    client, device, _ = added(site)
    number = read(site, lambda db: db.exec(select(Passkey)).one().id)
    stranger = site.visitor()
    post_sign_in(stranger, "operator", PASSWORD)
    token = field(stranger.get("/passkeys").text, "csrf")
    assert stranger.post(f"/passkeys/{number}/revoke", data={"csrf": token}).status_code == 404, "another's key"
    assert client.post(f"/passkeys/{number}/revoke", data={"csrf": "x"}).status_code == 403, "another site's form"
    assert alone(site, device.prove)[1].status_code == 303
    client.post(f"/passkeys/{number}/revoke", data={"csrf": field(client.get("/passkeys").text, "csrf")})
    response = alone(site, device.prove)[1]
    assert response.status_code == 422
    assert WRONG in response.text


def copied(device: Device) -> Callable[[dict], str]:
    """The key was taken out of the device, and both count."""
    twin = Device(device.origin)
    twin.key, twin.credential, twin.count = device.key, device.credential, 0
    return twin.prove


def broken(device: Device) -> Callable[[dict], str]:
    def sign(options: dict) -> str:  # type: ignore[type-arg]
        told = device.prove(options)
        return told.replace('"signature": "', '"signature": "AAAA')

    return sign


def elsewhere(device: Device) -> Callable[[dict], str]:
    device.origin = "https://priozersk-seti.evil.example"
    return device.prove


def unlocked(device: Device) -> Callable[[dict], str]:
    return lambda options: device.prove(options, flags=PRESENT)


LIES: dict[str, Callable[[Device], Callable[[dict], str]]] = {  # type: ignore[type-arg]
    "a key nobody has added": lambda d: Device(d.origin).prove,
    "a copy of the key": copied,
    "a changed signature": broken,
    "another site": elsewhere,
    "nobody was asked for a finger": unlocked,
    "another challenge": lambda d: lambda o: d.prove(o | {"challenge": "AAAA"}),
    "no answer at all": lambda d: lambda o: "",
    "nonsense": lambda d: lambda o: "[1]",
    "half an answer": lambda d: lambda o: d.prove(o)[:-40],
}


@pytest.mark.parametrize("lie", LIES)
def test_no_lie_opens(site: Site, lie: str) -> None:
    _, device, _ = added(site)
    assert alone(site, device.prove)[1].status_code == 303
    before = sessions(site)
    response = alone(site, LIES[lie](device))[1]
    assert response.status_code == 422
    assert WRONG in response.text
    assert sessions(site) == before


def test_a_challenge_is_answered_once(site: Site) -> None:
    _, device, _ = added(site)
    client = site.visitor()
    page = client.get("/sign-in/passkey").text
    told = device.prove(options_in(page))
    assert answer(client, "/sign-in/passkey", page, told).status_code == 303
    other = site.visitor()
    token = field(other.get("/sign-in/passkey").text, "csrf")
    again = other.post("/sign-in/passkey", data={"csrf": token, "handle": field(page, "handle"), "credential": told})
    assert again.status_code == 422


def test_a_key_of_another_person_is_no_second_step(site: Site) -> None:
    _, device, _ = added(site)
    _, own, _ = added(site, login="operator")
    client = site.visitor()
    post_sign_in(client, "operator", PASSWORD)
    page = client.get("/sign-in/step").text
    assert answer(client, "/sign-in/step/passkey", page, device.prove(options_in(page))).status_code == 422
    page = client.get("/sign-in/step").text
    assert answer(client, "/sign-in/step/passkey", page, own.prove(options_in(page))).status_code == 303


@pytest.mark.parametrize(
    ("name", "password", "said"), [("", PASSWORD, "Назовите ключ"), ("ключ", "не тот", "Пароль не подошёл")]
)
def test_whoever_adds_a_key_names_it_and_proves_himself(site: Site, name: str, password: str, said: str) -> None:
    client = site.visitor()
    post_sign_in(client, "manager", PASSWORD)
    token = field(client.get("/passkeys").text, "csrf")
    response = client.post("/passkeys/new", data={"csrf": token, "name": name, "password": password})
    assert response.status_code == 422
    assert said in response.text
    assert f'name="name" value="{name}"' in response.text, "what was typed stays"
    assert read(site, lambda db: db.exec(select(PasskeyAsk)).all()) == []


def test_only_pages_that_speak_to_a_device_run_a_script(site: Site) -> None:
    client = site.visitor()
    assert "script-src 'self'" in client.get("/sign-in/passkey").headers["content-security-policy"]
    assert "script-src" not in client.get("/sign-in").headers["content-security-policy"]
