"""Units of booking: free a lapsed hold, write to the visitor, remind, note that nobody came. Each looks at the facts first."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlmodel import Session

from documents import visit as papers
from documents.sheets.booking import attachments
from infra import clock
from infra.engine.leg import Leg
from infra.keys import vault_keys
from infra.profiles import sender
from infra.settings import settings
from infra.storage import storage
from models.booking import layout, moving, rules, sight, taking, waiting, wizard
from models.booking.register import TIMETABLE, Office
from models.booking.tables import PROCESS, Booking, Channel, Stage, Waiting
from models.delivery.actions import notify, order
from models.process import work
from models.process.actor import SYSTEM
from models.process.work import Row, alarm
from signatures.secrets import Vault

Body = Callable[[Session, Booking, datetime], None]
_PARTS = ("-1d", "-2h")
_NIGHT = timedelta(hours=12)


def _on(leg: Leg, stage: Stage, body: Body) -> None:
    """A step for bookings that stand at this stage: locks the booking, then its row, looks at the fence, acts."""

    def act(session: Session, row: Row) -> None:
        now = clock.now()
        booking = session.get(Booking, row.subject, with_for_update=True, populate_existing=True)
        work.fence(session, row)
        if booking is not None and booking.stage == stage:
            body(session, booking, now)

    leg.each(act)


def release(leg: Leg) -> None:
    """Ten minutes are over: the place is free, and whoever waits is offered it."""
    leg.each(_release)


def _release(session: Session, row: Row) -> None:
    now, seen = clock.now(), session.get(Booking, row.subject)
    if seen is None or seen.stage != Stage.HELD or seen.hold_until is None or now < seen.hold_until:
        return
    office, service, start = seen.office_id, seen.service_id, seen.starts_at
    since = seen.created_at if seen.channel == Channel.WAITING else None  # it goes round the list once
    taking.enter_alone(session, office)  # before the row is locked, as everybody does
    booking = session.get(Booking, row.subject, with_for_update=True, populate_existing=True)
    work.fence(session, row)
    if booking is None or booking.stage != Stage.HELD:
        return
    waiting.lapse(session, row.subject, now)
    session.flush()
    session.expunge(booking)
    if taking.release_lapsed(session, row.subject, now):
        waiting.offer(session, office, service, start, now, since)


def tell_offer(leg: Leg) -> None:
    """A place is held for somebody on the waiting list: he is told, with the link that takes it."""
    _on(leg, Stage.HELD, _tell_offer)


def _tell_offer(session: Session, booking: Booking, now: datetime) -> None:
    if row := sight.offered(session, booking.id or 0):
        _offer(session, booking, row, now, due=False)


def remind_offer(leg: Leg) -> None:
    """Half an hour before the offer ends, whoever has not answered is reminded, by the channel that he chose."""
    _on(leg, Stage.HELD, _remind_offer)


def _remind_offer(session: Session, booking: Booking, now: datetime) -> None:
    row = sight.offered(session, booking.id or 0)
    due = rules.offer_due(booking, row) if row else None
    if row and due and booking.hold_until and due <= now < booking.hold_until:
        _offer(session, booking, row, now, due=True)


def _offer(session: Session, booking: Booking, row: Waiting, now: datetime, *, due: bool) -> None:
    """By letter, by a short message or as a line in the cabinet; once."""
    if row.ticket is None:
        return
    facts, (kind, there) = sight.facts(session, booking), rules.offer_told(row, due)
    until = facts.local(booking.hold_until or now)
    link = f"/booking/offer/{_vault().open(row.ticket)['code']}"
    told = sight.letter_data(facts, row.name, link)
    told |= {"turn": f"{until:%d.%m.%Y} {until:%-H:%M}", "then": "Позже мы предложим его следующему."}
    key = f"booking:{booking.id}:offer{':due' if due else ''}"
    if there:
        order(session, key, kind, there, told, now)
    elif row.user_id:
        title = f"{'Предложение скоро закончится' if due else 'Освободилось время приёма'}: {told['what']}"
        notify(session, key, row.user_id, None, kind, title, f"Держим для вас до {told['turn']}. {facts.place}", now)


def tell_booked(leg: Leg) -> None:
    """The letter with print form, consent and calendar entry; once."""
    _on(leg, Stage.BOOKED, _tell_booked)


def _tell_booked(session: Session, booking: Booking, now: datetime) -> None:
    key = f"booking:{booking.id}:booked"
    if not booking.email or sight.letter_ordered(session, key):
        return
    facts = sight.facts(session, booking)
    told = visit_of(facts, booking)
    files = [[name, storage().put(data), media] for name, data, media in attachments(told, sender())]
    letter = sight.letter_data(facts, booking.name, _link(booking))
    letter |= {"files": files, "what": facts.service.name, "details": papers.lines(told), "then": papers.arrival(told)}
    order(session, key, "booking_booked", booking.email, letter, now)


def tell_changes(leg: Leg) -> None:
    """Every move and every closed desk has its own letter."""
    _on(leg, Stage.BOOKED, _tell_change)


def _tell_change(session: Session, booking: Booking, now: datetime) -> None:
    if not booking.notices or not booking.email:
        return
    facts = sight.facts(session, booking)
    reason = sight.last_reason(session, booking.id or 0, "displace", "reschedule")
    told = sight.letter_data(facts, booking.name, _link(booking))
    told["then"] = f"Причина: {reason}." if reason else ""
    kind = "booking_displaced" if booking.displaced_at else "booking_moved"
    if kind == "booking_moved":  # the same entry of the calendar, at its new time
        entry = papers.calendar(visit_of(facts, booking), sender())
        told["files"] = [["Приём.ics", storage().put(entry), "text/calendar"]]
    order(session, f"booking:{booking.id}:notice:{booking.notices}", kind, booking.email, told, now)


def remind(leg: Leg) -> None:
    """A day before and two hours before, by the channel that was chosen; whoever booked later than that is not reminded of it."""
    _on(leg, Stage.BOOKED, _remind)


def _remind(session: Session, booking: Booking, now: datetime) -> None:
    for part, at in reminders(booking):
        kind, there = rules.reminder(booking)
        if there and booking.booked_at and booking.booked_at < at <= now < booking.starts_at:
            facts = sight.facts(session, booking)
            told = sight.letter_data(facts, booking.name, _link(booking))
            told["then"] = papers.REMOTE.get(booking.way, "")
            key = f"booking:{booking.id}:{booking.starts_at:%Y%m%d%H%M}:{part}"
            order(session, key, kind, there, told, now)


def reminders(booking: Booking) -> list[tuple[str, datetime]]:
    befores = (rules.DAY_BEFORE, rules.HOURS_BEFORE)
    return [(part, booking.starts_at - before) for part, before in zip(_PARTS, befores, strict=True)]


def miss(leg: Leg) -> None:
    """Five minutes after the time nobody has come (row B-49)."""
    _on(leg, Stage.BOOKED, _miss)


def _miss(session: Session, booking: Booking, now: datetime) -> None:
    if booking.displaced_at is None and now > booking.starts_at + rules.LATE:
        moving.move(session, booking, "miss", SYSTEM, now)


def tell_cancelled(leg: Leg) -> None:
    """Row B-60."""
    _on(leg, Stage.CANCELLED, _tell_cancelled)


def _tell_cancelled(session: Session, booking: Booking, now: datetime) -> None:
    if booking.email:
        facts = sight.facts(session, booking)
        told = sight.letter_data(facts, booking.name, "/booking")
        reason = sight.last_reason(session, booking.id or 0, "cancel")
        told["then"] = f"Причина: {reason}." if reason else ""
        entry = papers.calendar(visit_of(facts, booking), sender(), cancelled=True)
        told["files"] = [["Приём отменён.ics", storage().put(entry), "text/calendar"]]
        order(session, f"booking:{booking.id}:cancelled", "booking_cancelled", booking.email, told, now)


def arm(leg: Leg) -> None:
    """The next alarm: a reminder, the end of the hold, five minutes after the time."""
    leg.each(_arm)


def _arm(session: Session, row: Row) -> None:
    now, booking = clock.now(), session.get(Booking, row.subject)
    if booking is None:
        return
    if booking.stage == Stage.HELD and booking.hold_until:
        offered = sight.offered(session, row.subject)
        due = rules.offer_due(booking, offered) if offered else None
        alarm(session, PROCESS, row.subject, due if due and due > now else booking.hold_until, now)
    if booking.stage == Stage.BOOKED and booking.displaced_at is None:
        late = booking.starts_at + rules.LATE + timedelta(milliseconds=1)
        ahead = [at for _, at in reminders(booking) if at > now] + [late]
        alarm(session, PROCESS, row.subject, min(ahead), now)


def _vault() -> Vault:
    return Vault(vault_keys())


def _link(booking: Booking) -> str:
    return f"/booking/v/{_vault().open(booking.ticket)['code']}" if booking.ticket else "/booking"


def visit_of(facts: sight.Facts, booking: Booking) -> papers.Visit:
    """What papers say of this visit; the sealed part is opened here and goes into the papers only."""
    box = _vault()
    pin = str(box.open(booking.ticket)["pin"]) if booking.ticket else ""
    link = f"{settings().site}{_link(booking)}" if booking.ticket else ""
    return sight.visit(facts, booking, box.open(booking.sealed) if booking.sealed else {}, pin, link)  # type: ignore[return-value]


# ------------------------------------------------------------------------------------------------ timetable
def lay_out(leg: Leg) -> None:
    """Places of an office for its horizon, and the alarm of the next time."""
    leg.each(_lay_out)


def _lay_out(session: Session, row: Row) -> None:
    now = clock.now()
    office = session.get(Office, row.subject)
    work.fence(session, row)
    if office is None:
        return
    layout.lay_out(session, office, now)
    waiting.expire(session, now.astimezone(clock.zone()).date(), now)
    wizard.sweep(session, now)
    alarm(session, TIMETABLE, row.subject, now + _NIGHT, now)
