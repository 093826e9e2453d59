"""The bench of legs runs and gives its shape. Figures are not asserted: machines are noisy."""

import json

import pytest

from infra.bench import legs
from infra.bench.lab import cases, meters, runs, table
from infra.bench.lab.meters import spread
from infra.database import Database
from infra.engine.inline import drain
from infra.trouble import Trouble
from models.connection.tables import Application, Stage


@pytest.mark.soak
def test_a_real_installation_is_started_measured_and_ended(capsys: pytest.CaptureFixture[str]) -> None:
    legs.main(json=True, quick=True, only="click,batch,storm,idle")
    found = json.loads(capsys.readouterr().out)
    assert found["bench"] == "legs"
    parts = found["parts"]
    assert set(parts) == {"click", "batch", "storm", "idle"}
    assert parts["click"]["body"]["n"] == runs.QUICK.clicks
    assert 0 < parts["click"]["body"]["median"] < parts["click"]["whole"]["median"]
    assert parts["batch"]["n"] == runs.QUICK.batch
    assert parts["batch"]["per_second"] > 0
    assert parts["idle"]["idle_worker"] >= 0
    assert found["machine"]["cores"] >= 1


def test_an_unknown_part_is_named() -> None:
    with pytest.raises(Trouble, match="everything"):
        legs.main(only="click,everything")


def test_a_click_is_the_real_one_and_copies_are_carried_like_it(database: Database) -> None:
    made = cases.Cases(database)
    made.prepare()
    (sent,) = made.drafts(1)
    made.send(sent)
    copies = made.copies(sent, 3)
    made.due(copies, alone=True)
    assert drain(database) == 4
    everybody = [sent, *copies]
    assert made.settled(everybody) == 4
    assert set(made.bodies(everybody)) == set(everybody)
    with database.transaction() as session:
        found = [session.get(Application, case) for case in everybody]
    assert {case.stage for case in found if case} == {Stage.CHECKING}
    assert len({case.number for case in found if case}) == 4


def test_rows_that_travel_alone_are_never_put_together(database: Database) -> None:
    made = cases.Cases(database)
    made.prepare()
    (sent,) = made.drafts(1)
    made.send(sent)
    made.clear()
    made.due(made.copies(sent, 3), alone=True)
    assert [drain(database, limit=1) for _ in range(3)] == [1, 1, 1]
    made.due(made.copies(sent, 3))
    assert drain(database, limit=1) == 3  # the control: these share a leg


def test_other_processes_stay_parked(database: Database) -> None:
    made = cases.Cases(database)
    made.prepare()
    (sent,) = made.drafts(1)
    made.send(sent)
    assert drain(database) == 1  # neither the paper nor the letter that the leg has ordered


def test_ratios_compare_only_what_was_measured() -> None:
    click = {"body": spread([0.1]), "whole": spread([0.2])}
    stock = {"body": spread([4.0]), "whole": spread([4.1]), "per_second": 0.5}
    assert legs.ratios({"click": click}) == {}
    assert legs.ratios({"click": click, "stock": stock, "alone": {"per_second": 10.0}}) == {
        "latency_stock": pytest.approx(40),
        "legs_stock": pytest.approx(20),
    }


def test_the_table_speaks_the_readers_language() -> None:
    click = {"body": spread([0.1, 0.2, 0.3]), "whole": spread([0.2])}
    facts = {"cores": 2, "memory_gib": 24, "python": "3.11.7", "load_before": 0.1, "load_after": 0.2}
    told = legs.told({"machine": facts, "parts": {"click": click}, "ratios": {}})
    assert "200 / 300 / 300" in told
    assert "Нажатие" in told


def test_a_spread_is_in_milliseconds() -> None:
    assert spread([0.003, 0.001, 0.002]).plain() == {"n": 3, "median": 2.0, "p90": 3.0, "worst": 3.0}


def test_processor_time_of_a_process_that_has_gone_is_nothing() -> None:
    assert meters.cpu(None) == 0
    assert meters.cpu(2**22 + 1) == 0


def test_columns_stand_under_each_other() -> None:
    assert table.table(["", "ms"], [["a", "1"], ["bcd", "10"]]) == "     ms\na     1\nbcd  10"
