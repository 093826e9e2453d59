"""The warm worker on a real Prefect server and a real PostgreSQL."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter
from prefect.client.schemas.objects import FlowRun
from prefect.states import Running
from sqlalchemy import text
from sqlmodel import Session, select

from infra import mail
from infra.database import Database
from infra.engine.flowbook import POOL, ROOT
from infra.up import prefect as lean
from models.connection.tables import Application, Stage
from models.document.tables import Document
from models.process.tables import LegReport, Work
from models.process.work import wake
from tests.house import House
from tests.infra.engine.conftest import Server, wait_for, working


@pytest.fixture
def house(database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setattr(mail, "send", lambda letter, *_, **__: mail.Answer(mail.Outcome.SENT))
    with Session(database.engine, expire_on_commit=False) as session:
        found = House(session, now)
        session.commit()
        yield found


def runs(**wanted: object) -> list[FlowRun]:
    with get_client(sync_client=True) as client:
        return client.read_flow_runs(flow_run_filter=FlowRunFilter.model_validate(wanted), limit=200)


def submitted(house: House) -> Application:
    case = house.submitted()
    house.session.commit()
    return case


def stage(db: Database, case: Application) -> str:
    with db.transaction() as session:
        return str(session.execute(text("select stage from connection where id = :id"), {"id": case.id}).scalar_one())


def idle(db: Database) -> bool:
    """Nothing is due now and nothing runs."""
    with db.transaction() as session:
        query = "select count(*) from work where state = 'running' or (state = 'due' and run_at <= clock_timestamp())"
        return session.execute(text(query)).scalar_one() == 0


def test_a_click_is_carried_by_a_flow_run_named_as_a_manager_would(
    database: Database, prefect: Server, house: House
) -> None:
    with working(database, prefect):
        case = submitted(house)
        wait_for(lambda: stage(database, case) == Stage.CHECKING)
        wait_for(lambda: idle(database))
    found = [r for r in runs(tags={"all_": ["warm", "connection"]}) if r.parameters["rows"][0][1] == case.id]
    assert {r.state_type.value for r in found if r.state_type} == {"COMPLETED"}
    assert any("· submitted" in r.name for r in found)


def test_the_worker_is_online_in_its_pool(database: Database, prefect: Server) -> None:
    def online() -> bool:
        with get_client(sync_client=True) as client:
            found = client.read_workers_for_work_pool(POOL)
        return any(w.name == "hello" and w.status is not None and w.status.value == "ONLINE" for w in found)

    with working(database, prefect, "hello"):
        wait_for(online)


def test_runs_started_from_prefect_are_carried(database: Database, prefect: Server, house: House) -> None:
    case = submitted(house)
    with database.transaction() as session:
        session.execute(text("delete from work"))  # as if the wake-up had been lost
    with get_client(sync_client=True) as client:
        deployment = client.read_deployment_by_name("connection/warm").id
        by_hand = client.create_flow_run_from_deployment(deployment, parameters={"subjects": [case.id]})
        sweep = client.create_flow_run_from_deployment(client.read_deployment_by_name("upkeep/warm").id)
    with working(database, prefect):
        wait_for(lambda: stage(database, case) == Stage.CHECKING)
        ids = {"any_": [by_hand.id, sweep.id]}
        wait_for(lambda: {r.state_type.value for r in runs(id=ids) if r.state_type} == {"COMPLETED"})


def test_prefect_deploy_registers_everything(prefect: Server) -> None:
    import os

    env = os.environ | lean.common(prefect.told)
    done = subprocess.run(
        [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all"],
        cwd=ROOT, env=env, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    prefect.deployed = False  # by another hand: the next test registers its own anew
    assert done.returncode == 0, done.stdout + done.stderr
    with get_client(sync_client=True) as client:
        names = {d.name for d in client.read_deployments()}
    assert names == {"warm"}


def test_two_workers_carry_twenty_cases_once_each(database: Database, prefect: Server, house: House) -> None:
    cases = [house.submitted() for _ in range(20)]
    house.session.commit()
    with working(database, prefect, "one"), working(database, prefect, "two"):
        wait_for(lambda: all(stage(database, c) == Stage.CHECKING for c in cases), 60)
        wait_for(lambda: idle(database), 60)
    house.session.expire_all()
    assert len({c.number for c in cases}) == 20
    with database.transaction() as session:
        registered = "select subject_id, count(*) as n from history where tag = 'engine:connection:register' group by 1"
        assert {r.n for r in session.execute(text(registered))} == {1}
        letters = "select count(*) from letter where kind = 'registered'"
        assert session.execute(text(letters)).scalar_one() == 20


def test_poison_is_set_aside_and_takes_nobody_with_it(database: Database, prefect: Server, house: House) -> None:
    case = submitted(house)
    with database.transaction() as session:
        bad = Document(
            application_id=case.id or 0, kind="unheard-of", number="1", title="—", data={}, issued_on=house.now.date(),
            ordered_at=house.now, check_token="poison",
        )  # fmt: skip
        session.add(bad)
        session.flush()
        wake(session, "issuing", bad.id or 0)
    with working(database, prefect, max_tries=2):
        wait_for(lambda: stage(database, case) == Stage.CHECKING)

        def aside() -> bool:
            with database.transaction() as session:
                found = session.exec(select(Work).where(Work.state == "aside")).all()
                return len(found) == 1 and found[0].process == "issuing" and bool(found[0].error)

        wait_for(aside, 30)
        with database.transaction() as session:
            good = session.exec(select(Document).where(Document.kind == "application")).one()
            assert good.pdf_sha256


def test_a_run_that_nobody_carries_becomes_crashed(database: Database, prefect: Server) -> None:
    with get_client(sync_client=True) as client:
        deployment = client.read_deployment_by_name("connection/warm").id
        long_ago = datetime.now(UTC) - timedelta(minutes=5)
        orphan = client.create_flow_run_from_deployment(
            deployment, parameters={"rows": [[999_999, 999_999, 1]]}, state=Running(timestamp=long_ago), tags=["warm"]
        )
        client.update_flow_run(orphan.id, name="orphan")

    def crashed() -> bool:
        found = runs(id={"any_": [orphan.id]})
        return bool(found) and found[0].state_type is not None and found[0].state_type.value == "CRASHED"

    with working(database, prefect, lease=0.5):
        wait_for(crashed, 40)


def unreported(database: Database) -> bool:
    """A leg that Prefect has yet to hear of is written down."""
    with database.transaction() as session:
        return session.exec(select(LegReport)).first() is not None


def test_prefect_away_does_not_stop_the_law(database: Database, prefect: Server, house: House) -> None:
    with working(database, prefect, prefect_patience=1.5) as worker:
        first = submitted(house)
        wait_for(lambda: stage(database, first) == Stage.CHECKING)
        prefect.stop()
        second = submitted(house)
        wait_for(lambda: stage(database, second) == Stage.CHECKING, 40)
        wait_for(lambda: unreported(database))
        with database.transaction() as session:
            assert all(w.tries <= 1 and w.state != "aside" for w in session.exec(select(Work)))
        assert worker.prefect.away()
        prefect.start()

        def told() -> bool:
            with database.transaction() as session:
                return all(r.reported_at for r in session.exec(select(LegReport)))

        wait_for(told, 40)
        assert not worker.prefect.away()
        third = submitted(house)
        wait_for(lambda: stage(database, third) == Stage.CHECKING)
    assert runs(tags={"all_": ["without-prefect"]})


def test_an_outage_of_prefect_counts_no_try(database: Database, prefect: Server, house: House) -> None:
    with working(database, prefect, prefect_patience=600.0) as worker:
        wait_for(lambda: not worker.prefect.away())
        prefect.stop()
        case = submitted(house)
        wait_for(worker.prefect.away, 30)
        with database.transaction() as session:
            row = session.exec(select(Work).where(Work.process == "connection")).one()
            assert row.tries <= 1
            assert row.state != "aside"
        prefect.start()
        wait_for(lambda: stage(database, case) == Stage.CHECKING, 40)
