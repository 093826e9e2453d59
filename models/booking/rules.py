"""Legal moves of a booking and the fixed numbers of the service. Pure."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from models.booking.tables import STAGE_NAMES, Booking, Remind, Stage, Tell, Waiting
from models.process.actor import Role
from models.process.errors import FeederError, NotReady
from models.process.moves import Move, Moves
from models.process.words import N_

HOLD = timedelta(minutes=10)
EARLY, LATE = timedelta(minutes=15), timedelta(minutes=5)  # row B-49: both ends are in
OFFER = timedelta(hours=2)  # a freed place waits so long for whoever it was offered to
OFFER_DUE = timedelta(minutes=30)  # so long before its end he is reminded, and not sooner than so long after it began
DAY_BEFORE, HOURS_BEFORE = timedelta(days=1), timedelta(hours=2)
DESK = frozenset({Role.OPERATOR, Role.MANAGER})
PIN_DIGITS = 4  # row B-47


class PlaceLost(FeederError):
    """Somebody else has it, or the desk closed meanwhile."""

    template = "This time has just been taken. Choose another one: the nearest free ones are shown"


class HoldLapsed(FeederError):
    template = "Ten minutes have passed and the place was released. Choose the time once more"


class NotReceiving(FeederError):
    """An office that is switched off keeps its visits and gives no other times to those outside (row B-14)."""

    template = "This office takes no bookings on the site now. Call us to choose another time"


class WrongPin(FeederError):
    """Says the same whether the address or the PIN is wrong."""

    template = "There is no booking with this e-mail and PIN. Check both: they stand on the ticket"


def _in_window(booking: Booking, now: datetime) -> NotReady | None:
    if now < booking.starts_at - EARLY:
        return NotReady(N_("Too early: reception begins 15 minutes before the booked time"))
    if now > booking.starts_at + LATE:
        return NotReady(N_("Too late: more than 5 minutes have passed since the booked time"))
    return None


def _window_over(booking: Booking, now: datetime) -> NotReady | None:
    if booking.displaced_at is not None:
        return NotReady(N_("The desk was closed by us: the visitor is not to blame"))
    return None if now > booking.starts_at + LATE else NotReady(N_("The visitor may still come"))


def _still_held(booking: Booking, now: datetime) -> FeederError | None:
    return HoldLapsed() if booking.hold_until is None or now >= booking.hold_until else None


def over(booking: Booking, now: datetime) -> bool:
    """Its time has passed; never for a visit that we displaced: it waits for another time or for its end by a person."""
    return booking.displaced_at is None and now > booking.starts_at + LATE


def _ahead(booking: Booking, now: datetime) -> NotReady | None:
    return NotReady(N_("The time of the visit has passed")) if over(booking, now) else None


def _move(
    name: str,
    title: str,
    source: Stage,
    target: Stage | None,
    by: frozenset[Role],
    *needs: Callable[[Booking, datetime], FeederError | None],
    reason: bool = False,
) -> Move:
    return Move(name, title, frozenset({source}), target, by, needs, reason=reason)  # type: ignore[arg-type]


_ANYBODY = DESK | {Role.APPLICANT}
_EVERYBODY = _ANYBODY | {Role.SYSTEM}
MOVES = Moves(
    "booking",
    (
        _move("book", N_("Book"), Stage.HELD, Stage.BOOKED, _EVERYBODY, _still_held),
        _move("reschedule", N_("Choose another time"), Stage.BOOKED, None, _EVERYBODY, _ahead),
        _move("displace", N_("Tell that the desk is closed"), Stage.BOOKED, None, DESK | {Role.SYSTEM}, reason=True),
        _move("cancel", N_("Cancel the booking"), Stage.BOOKED, Stage.CANCELLED, _ANYBODY, _ahead),
        _move("check_in", N_("Mark that the visitor has come"), Stage.BOOKED, Stage.CHECKED_IN, DESK, _in_window),
        _move("uncheck", N_("Take the mark back: the visitor has not come"), Stage.CHECKED_IN, Stage.BOOKED, DESK),
        _move("serve", N_("Mark as served"), Stage.CHECKED_IN, Stage.SERVED, DESK),
        _move("refuse", N_("Refuse the papers"), Stage.CHECKED_IN, Stage.REFUSED_DOCS, DESK, reason=True),  # row B-13
        _move("miss", N_("Note that nobody came"), Stage.BOOKED, Stage.NO_SHOW, frozenset({Role.SYSTEM}), _window_over),
    ),
    {str(stage): name for stage, name in STAGE_NAMES.items()},
)


def new_pin() -> str:
    """Four digits (rows B-45, B-47)."""
    return f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}}"


def pin_hash(secret: str, email: str, pin: str) -> str:
    """Bound to the address and to a secret that the database does not have: ten thousand values are soon tried."""
    said = f"booking-pin:{email_of(email)}:{pin.strip()}"
    return hmac.new(secret.encode(), said.encode(), hashlib.sha256).hexdigest()


def email_of(text: str) -> str:
    """As it is compared: capitals do not matter."""
    return text.strip().lower()


def reminder(booking: Booking) -> tuple[str, str]:
    """(kind of letter, to whom); nobody when he wants none, or there is no such contact."""
    if booking.remind_by == Remind.SMS:
        return "booking_reminder_sms", mobile(booking.phone)
    return "booking_reminder", booking.email if booking.remind_by == Remind.EMAIL else ""


def mobile(phone: str) -> str:
    """As short messages are sent to it, "+79225550100"; empty when it is no number."""
    digits = re.sub(r"[^0-9]", "", phone)
    return f"+7{digits[-10:]}" if len(digits) in (10, 11) else ""


def offer_told(row: Waiting, due: bool) -> tuple[str, str]:
    """(kind of letter, to whom) of an offer, or of the reminder that it ends; nobody: a line in his cabinet."""
    kind = "booking_offer_due" if due else "booking_offer"
    if row.tell_by == Tell.SMS:
        return f"{kind}_sms", mobile(row.phone)
    return kind, row.email if row.tell_by == Tell.EMAIL else ""


def offer_due(booking: Booking, row: Waiting) -> datetime | None:
    """When whoever was offered the place is reminded; None: the offer is too short for a reminder."""
    if booking.hold_until is None:
        return None
    due = booking.hold_until - OFFER_DUE
    return due if row.changed_at + OFFER_DUE <= due else None


def link_code() -> str:
    """The long code of the link in the letter; only its hash is kept in the open."""
    return secrets.token_urlsafe(32)
