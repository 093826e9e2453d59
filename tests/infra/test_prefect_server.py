"""The Prefect server starts with our settings and does what we need of it: "resolves" is not "runs"."""

import os
import subprocess
import time
from collections.abc import Iterator

import httpx
import pytest

from infra.embedded import EmbeddedPostgres
from infra.settings import Settings
from infra.up import prefect
from infra.up.part import ROOT


@pytest.fixture(scope="module")
def api(tmp_path_factory) -> Iterator[httpx.Client]:
    from tests.infra.conftest import free_base

    told = Settings(home=tmp_path_factory.mktemp("prefect"), port=free_base(), database_url="", prefect_api_url="")
    postgres = EmbeddedPostgres(told.home / "postgres", durable=False)
    postgres.start()
    postgres.createdb(prefect.DATABASE)
    quick = {"PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "1"}
    environment = dict(os.environ) | prefect.common(told) | prefect.server(told) | quick
    log = (told.home / "server.log").open("wb")
    process = subprocess.Popen(prefect.command(told), env=environment, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
    try:
        with httpx.Client(base_url=told.prefect_api, trust_env=False, timeout=10) as client:
            until(lambda: answers(client), 90)
            yield client
    finally:
        process.terminate()
        process.wait(20)
        log.close()
        postgres.stop("immediate")


def test_a_schedule_makes_runs(api):
    flow = api.post("/flows/", json={"name": "upkeep"}).json()
    schedule = {"schedule": {"interval": 600}, "active": True}
    made = api.post("/deployments/", json={"name": "d", "flow_id": flow["id"], "schedules": [schedule]})
    assert made.status_code == 201
    until(lambda: len(api.post("/flow_runs/filter", json={"limit": 5}).json()) > 0, 20)
    assert {run["state_type"] for run in api.post("/flow_runs/filter", json={"limit": 5}).json()} == {"SCHEDULED"}


def test_its_pages_are_served_and_know_the_address_of_the_server(api):
    root = str(api.base_url).removesuffix("/api/")
    assert "<html" in httpx.get(root + "/", follow_redirects=True, headers={"accept": "text/html"}).text.lower()
    assert httpx.get(root + "/ui-settings").json()["api_url"] == root + "/api"


def answers(client: httpx.Client) -> bool:
    try:
        return client.get("/health").status_code == 200
    except httpx.TransportError:
        return False


def until(condition, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.1)
