"""Where a webhook may lead: into the open Internet alone. Asked by the page and by the open interface before a row is written."""

from infra import webhook
from infra.wording import N_
from models.integration.rules import checked_address
from models.process.errors import Invalid

PRIVATE = N_("The address leads into a private network, or nowhere: we call addresses of the open Internet only")


def judged(typed: str, *, plain_allowed: bool) -> str:
    """The address, if it leads into the open Internet; with no transaction open. Raises Invalid("address")."""
    address = checked_address(typed, plain_allowed=plain_allowed)
    try:
        webhook.judge(address)
    except webhook.Unsafe as error:
        raise Invalid("address", PRIVATE) from error
    return address
