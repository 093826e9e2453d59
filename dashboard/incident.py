"""An unexpected fault: a number for the person, the traceback for us. Never shows the person what broke."""

import logging
import secrets

log = logging.getLogger("feeder.dashboard")


def record(error: BaseException, where: str) -> str:
    """Logs the traceback under a new number and gives the number, such as «3F9A-C21B»."""
    raw = secrets.token_hex(4).upper()
    number = f"{raw[:4]}-{raw[4:]}"
    log.error("incident %s in %s", number, where, exc_info=error)
    return number
