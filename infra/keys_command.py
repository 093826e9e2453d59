"""`feeder keys`: a new key of the vault, and everything sealed brought under it. Prints counts, never a key of production."""

import base64
import os
from importlib import import_module
from typing import Annotated

import typer

from infra.trouble import Trouble
from infra.wording import _

keys = typer.Typer(no_args_is_help=True, help=_("Keys of the vault of personal data"))


@keys.command("new", help=_("Put a new key before the others in the folder of the data; restart the processes then"))
def new() -> None:
    from infra.keys import vault_keys
    from infra.settings import settings

    if settings().vault_keys:
        raise Trouble(_("The keys come from FEEDER_VAULT_KEYS: put the new one first there."))
    known = vault_keys()
    path = settings().home / "vault.key"
    fresh = path.with_name(f"vault.key.{os.getpid()}")
    fresh.write_text("\n".join([base64.urlsafe_b64encode(os.urandom(32)).decode(), *known]))
    fresh.chmod(0o600)
    fresh.replace(path)
    print(_("Keys now: %(count)s") % {"count": len(known) + 1})  # noqa: T201 - a command speaks


@keys.command(
    "rotate", help=_("Bring everything that is sealed under the newest key; a stopped run goes on where it stood")
)
def rotate(
    batch: Annotated[int, typer.Option(min=1, max=10_000, help=_("Rows in one transaction"))] = 500,
) -> None:
    from infra import rotation
    from infra.database import database
    from infra.ground import database_running
    from infra.keys import vault_keys
    from infra.settings import settings
    from infra.storage import sealed
    from models.people.sealing import LostKey

    known = vault_keys()
    vault = import_module("signatures.secrets").Vault(known)
    total, aside = 0, list[str]()
    with database_running():
        objects = sealed(settings(), tuple(known))
        try:
            for passed in rotation.rotate(database(), vault.rotate, known[0], batch, objects):
                total += passed.rows
                aside += passed.aside
                print(f"{passed.place}: {passed.rows}", flush=True)  # noqa: T201
        except (LostKey, ValueError):
            raise Trouble(_(LostKey.template)) from None
    if aside:
        raise Trouble(_("These objects do not open with any key: %(names)s") % {"names": ", ".join(aside)})
    print(_("Everything is under the newest key. Rows and objects turned: %(count)s") % {"count": total})  # noqa: T201
