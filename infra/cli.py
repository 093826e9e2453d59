"""The command `feeder`. Each command imports what it needs when it runs; none holds rules of its own."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from infra.ground import database_running, given_settings, refuse_unfinished_production
from infra.keys_command import keys
from infra.proving import audit, verify
from infra.trouble import Trouble
from infra.wording import _

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
app.add_typer(audit, name="audit")
app.add_typer(keys, name="keys")
app.command(help=_("Check a signature; the verdict as JSON, the exit code says valid 0, invalid 1, undetermined 2"))(
    verify
)

_TROUBLE_CODE = 2


def main() -> None:
    """Troubles become one sentence and exit code 2. Bugs stay loud."""
    from models.process.errors import FeederError, Outage

    try:
        app(prog_name="feeder")
    except Trouble as trouble:
        _give_up(str(trouble))
    except FeederError as error:
        _give_up(_(error.template) % error.facts)
    except Outage:
        _give_up(_("The database does not answer. Start the installation with: make up"))


def _give_up(sentence: str) -> None:
    print(sentence, file=sys.stderr)
    sys.exit(_TROUBLE_CODE)


@app.command(help=_("Everything in one terminal; Ctrl-C stops it"))
def up(
    port: Annotated[int, typer.Option(help=_("Port of the site; the next three are taken too"))] = 0,
    home: Annotated[Path | None, typer.Option(help=_("Folder of the data"))] = None,
    profile: Annotated[str, typer.Option(help=_("Rules of which utility"))] = "",
) -> None:
    chosen = {"FEEDER_PORT": str(port or ""), "FEEDER_HOME": str(home or ""), "FEEDER_PROFILE": profile}
    os.environ.update({name: value for name, value in chosen.items() if value})
    from infra.profiles import profile as check
    from infra.up.supervisor import run

    given = given_settings()
    check(given.profile)  # a wrong profile is told before anything starts
    run(given)


@app.command(help=_("The site alone"))
def web() -> None:
    import uvicorn

    os.environ["FEEDER_HOME"] = str(Path(os.environ.get("FEEDER_HOME", ".data")).absolute())
    os.chdir(Path(__file__).parents[1])  # Streamlit reads its settings from the current folder
    given = given_settings()
    refuse_unfinished_production()
    uvicorn.run(
        "dashboard.server:app",
        host=given.host,
        port=given.port,
        access_log=False,
        server_header=False,
        log_level="warning",
        timeout_graceful_shutdown=3,
    )


@app.command(help=_("One worker that carries the processes"))
def worker(
    threads: Annotated[int | None, typer.Option(min=2, max=64, help=_("Legs at the same time"))] = None,
    name: Annotated[str, typer.Option(help=_("How the worker is called in Prefect"))] = "",
) -> None:
    refuse_unfinished_production()
    from infra.engine.worker import main as work

    work(threads=threads or given_settings().threads, name=name or f"{os.uname().nodename}-{os.getpid()}")


@app.command(help=_("The local mailbox and the sandbox bank"))
def twins() -> None:
    from infra.twins import main as run

    run(given_settings())


@app.command(help=_("Bring the tables up to date"))
def migrate() -> None:
    with database_running():
        from infra.migrations import upgrade

        upgrade()


@app.command(help=_("Register the processes with Prefect"))
def deploy() -> None:
    import httpx

    from infra.engine.deploy import deploy_all

    try:
        deploy_all()
    except (httpx.TransportError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and "reach API" not in str(error):  # Prefect's way of saying the same
            raise
        address = given_settings().prefect_api
        raise Trouble(
            _("Prefect does not answer at %(address)s. Check PREFECT_API_URL.") % {"address": address}
        ) from error


@app.command(help=_("Fill an empty database with demonstration data"))
def demo(
    if_empty: Annotated[bool, typer.Option("--if-empty", help=_("Say nothing when there is data already"))] = False,
) -> None:
    with database_running():
        from infra.demo.build import build, is_empty
        from infra.migrations import upgrade

        upgrade()
        if is_empty():
            build()
        elif not if_empty:
            raise Trouble(_("There is data already. Choose another folder with FEEDER_HOME for a demonstration."))


@app.command(help=_("A measurement, by its name"))
def bench(
    name: Annotated[str, typer.Argument()],
    as_json: Annotated[bool, typer.Option("--json", help=_("Figures for programs"))] = False,
    quick: Annotated[bool, typer.Option("--quick", help=_("Tiny numbers: only to see that it works"))] = False,
    only: Annotated[str, typer.Option(help=_("Parts of the measurement, by comma"))] = "",
) -> None:
    from importlib import import_module

    if name not in (known := _benches()):
        raise Trouble(
            _("There is no measurement %(name)s. There are: %(known)s") % {"name": name, "known": ", ".join(known)}
        )
    import_module(f"infra.bench.{name}").main(json=as_json, quick=quick, only=only)


@app.command("case", help=_("One application: stage, whose turn, terms, history"))
def case_(number: Annotated[str, typer.Argument(help=_("For example ТП-000123/26"))]) -> None:
    with database_running():
        from infra.case import lines

        for line in lines(number):
            print(line)


@app.command(help=_("The date so many working days after another"))
def workdays(
    start: Annotated[str, typer.Argument(help=_("For example 2026-04-29"))],
    days: Annotated[int, typer.Argument(min=0, max=10000)],
) -> None:
    from datetime import date

    from models.process.workdays import after_working_days

    try:
        first = date.fromisoformat(start)
    except ValueError:
        raise Trouble(_("Write the date as 2026-04-29, not %(given)s.") % {"given": start}) from None
    print(after_working_days(first, days).isoformat())


def _benches() -> list[str]:
    folder = Path(__file__).parent / "bench"
    return sorted(path.stem for path in folder.glob("*.py") if not path.stem.startswith("_"))


if __name__ == "__main__":
    main()
