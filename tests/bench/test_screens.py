"""The measurement of the screens measures what it says, on a small crowd; what is slow is named."""

import pytest
from sqlalchemy import text

from infra.bench import screens
from infra.bench.lab import crowd
from infra.bench.lab.meters import Spread
from infra.database import Database
from infra.trouble import Trouble
from models.connection.tables import Stage


def test_a_crowd_lives_through_every_stage_and_is_read_by_every_screen(database: Database) -> None:
    crowd.fill(database, 1500)
    with database.transaction() as session:
        stages = {r.stage for r in session.execute(text("select distinct stage from stay"))}
        open_ones = session.execute(text("select count(*) from stay where left_at is null")).scalar_one()
        found = session.execute(text("select count(*) from connection_search")).scalar_one()
    assert {Stage.CHECKING, Stage.EXECUTION, Stage.COMPLETED, Stage.RETURNED, Stage.ANNULLED_NO_PAYMENT} <= stages
    assert (open_ones, found) == (1500, 1500)
    figures = screens.timed(database, 1, list(screens.TITLES))
    assert {name.partition(".")[0] for name in figures} == set(screens.TITLES)
    assert all(f.n == 1 and f.median > 0 for f in figures.values())
    told = screens.told({"sizes": {1500: figures}, "slow": []})
    assert "1,500" in told


def test_what_is_over_its_limit_is_named() -> None:
    at = lambda ms: Spread(1, ms, ms, ms)  # noqa: E731
    figures = {"search.a": at(150.0), "search.b": at(50.0), "wall.a": at(150.0), "wall.b": at(301.0)}
    assert screens.slow(figures) == ["search.a", "wall.b"]


def test_an_unknown_screen_is_refused_in_words() -> None:
    with pytest.raises(Trouble):
        screens.main(only="nothing")
