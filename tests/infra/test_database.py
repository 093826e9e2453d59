"""What people and programs type never ends in a fault of the database."""

import pytest
from sqlalchemy import text

from infra.database import Database
from models.process.errors import NotText
from models.process.tables import Setting


@pytest.mark.parametrize("typed", ["a\x00b", "a\ud800b"])
def test_a_character_that_cannot_be_kept_is_told_in_words(database: Database, typed: str) -> None:
    with pytest.raises(NotText), database.transaction() as session:
        session.execute(text("select cast(:typed as text)"), {"typed": typed})
    with pytest.raises(NotText), database.transaction() as session:
        session.add(Setting(name="typed", value={"text": typed}))


def test_another_fault_of_the_data_stays_a_fault(database: Database) -> None:
    with pytest.raises(Exception, match="division by zero"), database.transaction() as session:
        session.execute(text("select 1 / 0"))
