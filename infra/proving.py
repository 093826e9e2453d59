"""Commands that prove: the history, an evidence pack, a signature. They print what they found and change nothing."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from infra.ground import database_running
from infra.wording import _

audit = typer.Typer(no_args_is_help=True, help=_("The history that cannot be rewritten"))


@audit.command("verify", help=_("Prove that no history row was changed or removed, or that an evidence pack is whole"))
def audit_verify(
    pack: Annotated[Path | None, typer.Argument(help=_("Evidence pack of a case; needs no database"))] = None,
    seal: Annotated[str, typer.Option(help=_("SHA-256 of the certificate the utility publishes"))] = "",
) -> None:
    """Exit code 1 and one line a fault when it does not prove; 3 when the pack cannot be used."""
    if pack:
        from importlib import import_module

        code, lines = import_module("signatures.evidence").run(pack, seal, _)
        print("\n".join(lines))
        raise typer.Exit(code)
    from sqlalchemy import text

    with database_running():
        from infra.database import database
        from models.process.queries import verify_chain

        with database().transaction() as session:
            faults = verify_chain(session)
            rows = session.execute(text("select count(*) from history")).scalar_one()
    for fault in faults:
        print(fault)
    if faults:
        print(_("The history does not prove. Faults: %(count)s") % {"count": len(faults)}, file=sys.stderr)
        raise typer.Exit(1)
    print(_("The history is whole. Rows: %(count)s") % {"count": rows})


def verify(
    file: Annotated[Path | None, typer.Argument(help=_("Document, signed PDF or attached signature"))] = None,
    sig: Annotated[Path | None, typer.Argument(help=_("Detached signature of the document"))] = None,
    roots: Annotated[Path | None, typer.Option(help=_("Folder of trusted certificates"))] = None,
    crls: Annotated[Path | None, typer.Option(help=_("Folder of lists of revoked certificates"))] = None,
    at: Annotated[str, typer.Option(help=_("Judge as of this time, ISO 8601"))] = "",
) -> None:
    import json
    from datetime import UTC, datetime
    from importlib import import_module

    code, told = import_module("signatures.command").run(file, sig, roots, crls, at, datetime.now(UTC), _)
    print(json.dumps(told, ensure_ascii=False, indent=2))
    raise typer.Exit(code)
