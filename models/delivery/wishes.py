"""What a person wants to be told, how and when: by theme and channel, quiet hours, one letter a day. Small and plain.

Letters that the law asks for go whatever he wants; the cabinet always keeps the line of a notice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from models.delivery.tables import NoticeHours, NoticeWish
from models.process.errors import Invalid
from models.process.words import N_


class Theme(StrEnum):
    TURN = "turn"  # something waits for the person
    NEWS = "news"  # what we have done
    MONEY = "money"
    MESSAGE = "message"


class Channel(StrEnum):
    CABINET = "cabinet"  # counted as unread
    EMAIL = "email"
    SMS = "sms"


THEMES = {
    Theme.TURN: N_("Something waits for me: sign, pay, answer"),
    Theme.NEWS: N_("News of my applications"),
    Theme.MONEY: N_("Payments and copies of receipts"),
    Theme.MESSAGE: N_("Messages and answers"),
}
CHANNELS = {Channel.CABINET: N_("In the cabinet"), Channel.EMAIL: N_("By e-mail"), Channel.SMS: N_("By SMS")}
DEFAULT = {Channel.CABINET: True, Channel.EMAIL: True, Channel.SMS: False}
_MONEY = frozenset({"payment_received", "payment_due"})
_MESSAGE = frozenset({"message", "appeal_answered"})
_TURN = frozenset(
    {"missing_info", "offer_placed", "info_due", "contract_sent", "contract_due", "act_to_sign", "inspection_remarks",
     "conditions_due", "signing_request", "signing_reminder", "signature_code", "booking_offer", "booking_offer_due",
     "appeal_question", "appeal_question_due"}
)  # fmt: skip
# News that no rule orders to be sent by letter: these alone may be switched off or gathered.
FREE = frozenset({"info_received", "works_done", "inspection_passed", "payment_received", "message", "resumed",
                  "signing_completed", "signing_reminder", "info_due", "conditions_due"})  # fmt: skip


def theme_of(kind: str) -> Theme:
    if kind in _MONEY:
        return Theme.MONEY
    if kind in _MESSAGE:
        return Theme.MESSAGE
    return Theme.TURN if kind in _TURN else Theme.NEWS


@dataclass(frozen=True)
class Wishes:
    wanted: Mapping[tuple[str, str], bool]
    quiet: tuple[int, int] | None = None
    digest: int | None = None

    def wants(self, kind: str, channel: Channel) -> bool:
        return self.wanted.get((theme_of(kind), channel), DEFAULT[channel])


def of_user(session: Session, user_id: int) -> Wishes:
    rows = session.exec(select(NoticeWish).where(NoticeWish.user_id == user_id)).all()
    hours = session.get(NoticeHours, user_id)
    quiet = (hours.quiet_from, hours.quiet_to) if hours and hours.quiet_from is not None else None
    both = (quiet[0], quiet[1]) if quiet and quiet[0] is not None and quiet[1] is not None else None
    return Wishes({(r.theme, r.channel): r.wanted for r in rows}, both, hours.digest_hour if hours else None)


def keep(
    session: Session, user_id: int, wanted: Mapping[tuple[Theme, Channel], bool], quiet: tuple[int, int] | None,
    digest: int | None,
) -> None:  # fmt: skip
    """The whole choice of a person at once. Raises Invalid("quiet_to") for quiet hours that are the whole day."""
    if quiet is not None and quiet[0] == quiet[1]:
        raise Invalid("quiet_to", "Quiet hours begin and end at different hours")
    for (theme, channel), value in wanted.items():
        row = session.get(NoticeWish, (user_id, theme, channel)) or NoticeWish(
            user_id=user_id, theme=theme, channel=channel, wanted=value
        )
        row.wanted = value
        session.add(row)
    hours = session.get(NoticeHours, user_id) or NoticeHours(user_id=user_id)
    hours.quiet_from, hours.quiet_to = quiet or (None, None)
    hours.digest_hour = digest
    session.add(hours)
    session.flush()


def loud_at(quiet: tuple[int, int] | None, now: datetime, zone: ZoneInfo) -> datetime:
    """`now`, or the end of the quiet hours in which it falls. Hours may go over midnight."""
    if quiet is None:
        return now
    local = now.astimezone(zone)
    begins, ends = quiet
    inside = begins <= local.hour < ends if begins < ends else local.hour >= begins or local.hour < ends
    if not inside:
        return now
    day = local.date() + timedelta(days=1 if local.hour >= ends else 0)
    return datetime(day.year, day.month, day.day, ends, tzinfo=zone)


def digest_at(hour: int, now: datetime, zone: ZoneInfo) -> datetime:
    """The next time it is `hour` o'clock there."""
    local = now.astimezone(zone)
    day = local.date() + timedelta(days=1 if local.hour >= hour else 0)
    return datetime(day.year, day.month, day.day, hour, tzinfo=zone)


def kinds() -> Sequence[tuple[Theme, str]]:
    return list(THEMES.items())
