"""What a command stands on: its settings, and a database that answers. Says in a sentence what is wrong with them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from infra.trouble import Trouble
from infra.wording import _

if TYPE_CHECKING:
    from infra.settings import Settings


def given_settings() -> "Settings":
    from pydantic import ValidationError

    from infra.settings import settings

    try:
        return settings()
    except ValidationError as error:
        wrong = error.errors()[0]
        name = "_".join(str(part) for part in wrong["loc"]).upper()
        raise Trouble(
            _("The setting %(name)s is wrong: %(reason)s.") % {"name": name, "reason": wrong["msg"]}
        ) from None


def refuse_unfinished_production() -> None:
    from infra.up.checks import check_production

    check_production(given_settings())


@contextmanager
def database_running() -> Iterator[None]:
    """The embedded server is started for the command when it is not running, and stopped again after it."""
    given = given_settings()
    if given.database_url:
        yield
        return
    from infra.embedded import EmbeddedPostgres

    postgres = EmbeddedPostgres(given.home / "postgres")
    ours = not postgres.running()
    postgres.start()
    postgres.createdb("feeder")
    try:
        yield
    finally:
        if ours:
            postgres.stop()
