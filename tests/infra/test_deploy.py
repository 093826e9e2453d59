"""What production installations are made from agrees with what the product is."""

import asyncio
import re
from pathlib import Path

import pytest
import yaml
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

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


def _trusted() -> list[str]:
    """What the manifests say of the proxies in front of the site."""
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]["web"]["environment"]
    pods = yaml.safe_load_all((DEPLOY / "kubernetes" / "feeder.yaml").read_text())
    site = next(p for p in pods if p["kind"] == "Deployment" and p["metadata"]["name"] == "feeder-web")
    told = {entry["name"]: entry["value"] for entry in site["spec"]["template"]["spec"]["containers"][0]["env"]}
    return [compose["FORWARDED_ALLOW_IPS"], told["FORWARDED_ALLOW_IPS"]]


@pytest.mark.parametrize("proxy", ["172.18.0.1", "10.42.0.7"])
def test_behind_the_proxy_of_a_container_people_keep_their_own_addresses(proxy):
    """What a person forges in front of his address counts for nothing."""
    heard = []

    async def site(scope, receive, send):
        heard.append(scope["client"][0])

    for trusted in _trusted():
        headers = [(b"x-forwarded-for", b"6.6.6.6, 203.0.113.7")]
        scope = {"type": "http", "scheme": "http", "client": (proxy, 1), "headers": headers}
        asyncio.run(ProxyHeadersMiddleware(site, trusted_hosts=trusted)(scope, None, None))
    assert heard == ["203.0.113.7"] * 2


def test_the_log_of_the_proxy_keeps_no_one_time_link():
    told = (DEPLOY / "nginx.conf").read_text()
    named = re.search(r"log_format feeder ([^;]+);", told)
    assert named
    assert not re.search(r"\$(request|request_uri|uri|args|http_referer)\b", named[1])
    assert re.search(r"access_log \S+ feeder;", told)
