"""What production installations are made from agrees with what the product is."""

import re
from pathlib import Path

import yaml

from infra.settings import Mode, Settings
from infra.up import prefect

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "infra" / "deploy"


def variables(path: Path) -> dict[str, str]:
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def test_prefect_runs_as_lean_in_production_as_here():
    assert variables(DEPLOY / "prefect.env") == prefect._LEAN | {"DO_NOT_TRACK": "1"}


def test_the_example_names_every_value_that_production_asks_for(tmp_path):
    example = variables(DEPLOY / "production.env.example")
    wanted = Settings(mode=Mode.PRODUCTION, home=tmp_path, database_url="").check_production()
    assert wanted
    assert set(wanted) <= set(example)


def test_the_example_names_no_setting_that_does_not_exist():
    known = {f"FEEDER_{name.upper()}" for name in Settings.model_fields} | {"DATABASE_URL", "PREFECT_API_URL"}
    assert set(variables(DEPLOY / "production.env.example")) <= known


def test_the_example_holds_no_secret():
    for name, value in variables(DEPLOY / "production.env.example").items():
        if re.search("SECRET|PASSWORD|VAULT", name):
            assert value == "", name


def test_manifests_and_units_call_commands_that_exist():
    from typer.main import get_command

    from infra.cli import app

    known = set(get_command(app).commands)
    text = "".join(path.read_text() for path in (*DEPLOY.rglob("*.yaml"), *DEPLOY.rglob("*.service")))
    called = set(re.findall(r"(?:bin/feeder |\"feeder\", \"|feeder )(web|worker|migrate|deploy|\w+ --)", text))
    assert {"web", "worker", "migrate", "deploy"} <= called
    assert {word.split()[0] for word in called} <= known
    for path in DEPLOY.rglob("*.yaml"):
        assert list(yaml.safe_load_all(path.read_text()))


def test_every_locked_package_has_its_hash_and_no_address():
    lock = (ROOT / "requirements.txt").read_text()
    packages = re.split(r"\n(?=[a-z0-9])", lock.strip())
    assert len(packages) > 100
    for package in packages:
        assert re.match(r"[a-z0-9._\[\],-]+==\S+", package), package[:80]
        assert "--hash=sha256:" in package, package[:80]
    assert "://" not in lock
    assert "--index" not in lock


def test_the_first_step_installs_the_uv_of_the_lock():
    def uv(text: str) -> set[str]:
        block = re.search(r"^uv==.*?(?=\n    #|\n\S|\Z)", text, re.M | re.S)
        assert block
        return set(re.findall(r"uv==[\d.]+|sha256:\w+", block[0]))

    assert uv((DEPLOY / "uv.txt").read_text()) == uv((ROOT / "requirements.txt").read_text())
