"""Key rotation: everything opens with the newest key alone, and a killed run goes on where it stood."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import InvalidToken
from sqlalchemy import text
from sqlmodel import col, select

from infra import keys, rotation
from infra.database import Database
from infra.storage import Damaged
from models.connection.tables import Application
from models.people import sealing
from models.people.tables import User
from signatures.secrets import Vault, Words, new_key
from tests.conftest import NOW
from tests.house import House

ROWS = 60


def sealed(database: Database, vault: Vault) -> None:
    with database.transaction() as session:
        house = House(session, NOW)
        people = [house.applicant() for _ in range(ROWS)]
        for number, user in enumerate(people):
            user.passport = vault.lock({"number": number})
            session.add(user)


def passports(database: Database) -> list[bytes]:
    with database.transaction() as session:
        query = text("select passport from app_user where passport is not null order by id")
        return [bytes(p) for p in session.execute(query).scalars()]


def test_everything_opens_with_the_newest_key_alone(database: Database) -> None:
    old, new = new_key(), new_key()
    sealed(database, Vault([old]))
    with pytest.raises(InvalidToken):
        Vault([new]).open(passports(database)[0])
    turned = list(rotation.rotate(database, Vault([new, old]).rotate, new, batch=7))
    assert sum(p.rows for p in turned) == ROWS
    assert [Vault([new]).open(p)["number"] for p in passports(database)] == list(range(ROWS))
    assert list(rotation.rotate(database, Vault([new, old]).rotate, new)) == [], "done is done"


def test_another_key_begins_anew(database: Database) -> None:
    one, two, three = new_key(), new_key(), new_key()
    sealed(database, Vault([one]))
    list(rotation.rotate(database, Vault([two, one]).rotate, two))
    list(rotation.rotate(database, Vault([three, two]).rotate, three))
    assert Vault([three]).open(passports(database)[-1]) == {"number": ROWS - 1}


_RUN = """
import sys, time
from infra import rotation
from infra.database import Database
from signatures.secrets import Vault
url, new, old = sys.argv[1:]
vault, turned = Vault([new, old]), []
def slowly(token):
    turned.append(token)
    if len(turned) == 13:
        print("in the midst of a batch", flush=True)
        time.sleep(600)
    return vault.rotate(token)
for passed in rotation.rotate(Database(url, 2), slowly, new, batch=5):
    print(passed.rows, flush=True)
"""


def test_a_killed_rotation_goes_on_where_it_stood(database: Database) -> None:
    old, new = new_key(), new_key()
    sealed(database, Vault([old]))
    command = [sys.executable, "-c", _RUN, database.url, new, old]
    root = Path(rotation.__file__).parents[1]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=root, env=os.environ | {"PYTHONPATH": str(root)}
    ) as run:
        assert run.stdout is not None
        assert run.stdout.readline().strip() == "5"
        assert run.stdout.readline().strip() == "5"
        assert run.stdout.readline().strip() == "in the midst of a batch"
        run.send_signal(signal.SIGKILL)
        run.wait(10)
    state = [_opens(new, p) for p in passports(database)]
    assert sum(state) == 10, "two batches are turned, of the third one nothing"
    rest = sum(p.rows for p in rotation.rotate(database, Vault([new, old]).rotate, new, batch=5))
    assert rest == ROWS - sum(state), "rows turned before the kill are not turned again"
    assert [Vault([new]).open(p)["number"] for p in passports(database)] == list(range(ROWS))


def _opens(key: str, token: bytes) -> bool:
    try:
        Vault([key]).open(token)
    except InvalidToken:
        return False
    return True


def words_of(database: Database) -> tuple[set[str], list[str]]:
    """Words as they lie, and as they open under the keys of now."""
    with database.transaction() as session:
        lying = session.execute(text("select snils || login from app_user where snils <> ''")).scalars().all()
        people = session.exec(select(User).where(User.snils == "11223344595").order_by(col(User.id))).all()
        return set(lying), [p.login for p in people]


def test_words_turn_and_what_lay_plainly_is_sealed(database: Database) -> None:
    old, new = new_key(), new_key()
    try:
        sealing.provide(lambda: Words([old]))
        with database.transaction() as session:
            house = House(session, NOW)
            logins = [house.applicant().login for _ in range(5)]
            house.draft(snils="112-233-445 95")
            session.execute(text("update app_user set snils = '11223344595', login = :l where id = (select max(id) from "
                                 "app_user where snils <> '')"), {"l": f"1122334459{house.count}"})  # fmt: skip
        logins.append(f"1122334459{house.count}")
        sealing.provide(lambda: Words([new, old]))
        vault = Vault([new, old, *keys.vault_keys()])
        turned = {p.place: p.rows for p in rotation.rotate(database, vault.rotate, new, batch=100)
                  if p.place.startswith(("app_user.s", "app_user.l", "connection.d"))}  # fmt: skip
        assert turned == {"app_user.snils": 6, "app_user.login": 6, "connection.draft": 1}
        sealing.provide(lambda: Words([new]))
        lying, found = words_of(database)
        assert found == logins
        assert not [word for word in lying if "1122334459" in word]
        with database.transaction() as session:
            assert session.exec(select(Application)).one().draft["snils"] == "112-233-445 95"
    finally:
        sealing.provide(keys.words)


def test_a_lost_key_stops_the_rotation_and_changes_nothing(database: Database) -> None:
    old, new = new_key(), new_key()
    sealed(database, Vault([old]))
    before = passports(database)
    with pytest.raises(ValueError, match="another key"):
        list(rotation.rotate(database, Vault([new]).rotate, new, batch=7))
    assert passports(database) == before


class Heap:
    """Objects that remember who was turned; one of them is damaged, and the run is killed once."""

    def __init__(self) -> None:
        self.kept = [f"{n:064x}" for n in range(10)]
        self.turned: list[str] = []
        self.killed_at = self.kept[6]

    def names(self, after: str, most: int) -> list[str]:
        return [key for key in self.kept if key > after][:most]

    def turn(self, key: str) -> None:
        if key == self.killed_at:
            self.killed_at = ""
            raise KeyboardInterrupt
        if key == self.kept[1]:
            raise Damaged(key)
        self.turned.append(key)


def test_objects_go_on_where_they_stood_and_a_broken_one_is_set_aside(database: Database) -> None:
    key, heap = new_key(), Heap()
    with pytest.raises(KeyboardInterrupt):
        list(rotation.rotate(database, Vault([key]).rotate, key, batch=3, objects=heap))
    assert heap.turned == [heap.kept[n] for n in (0, 2, 3, 4, 5)]
    again = list(rotation.rotate(database, Vault([key]).rotate, key, batch=3, objects=heap))
    assert heap.turned == [heap.kept[n] for n in (0, 2, 3, 4, 5, 6, 7, 8, 9)], "whole batches are not turned again"
    assert [(p.rows, p.aside) for p in again] == [(3, ()), (1, ())]
    heap.turned.clear()
    first = next(p for p in rotation.rotate(database, Vault([key]).rotate, new_key(), 3, heap) if p.place == "objects")
    assert first.aside == (heap.kept[1],)
