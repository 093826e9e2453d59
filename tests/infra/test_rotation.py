"""Key rotation: everything opens with the newest key alone, and a killed run goes on where it stood."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cryptography.fernet import InvalidToken
from sqlalchemy import text

from infra import rotation
from infra.database import Database
from signatures.secrets import Vault, new_key
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
vault = Vault([new, old])
def slowly(token):
    time.sleep(0.02)
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
        time.sleep(0.03)  # in the midst of a batch
        run.send_signal(signal.SIGKILL)
        run.wait(10)
    state = [_opens(new, p) for p in passports(database)]
    assert 10 <= sum(state) < ROWS, "the kill came too late to prove anything"
    rest = sum(p.rows for p in rotation.rotate(database, Vault([new, old]).rotate, new, batch=5))
    assert rest == ROWS - sum(state), "rows turned before the kill are not turned again"
    assert [Vault([new]).open(p)["number"] for p in passports(database)] == list(range(ROWS))


def _opens(key: str, token: bytes) -> bool:
    try:
        Vault([key]).open(token)
    except InvalidToken:
        return False
    return True
