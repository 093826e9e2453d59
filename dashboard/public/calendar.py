"""Dates of a case for calendar programs (iCalendar), by a secret link that its owner can take back. Names and addresses of
people never go into it."""

from datetime import datetime, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import Response
from icalendar import Alarm, Calendar, Event

from dashboard.parts import say
from dashboard.public.limits import count
from dashboard.utility import utility
from infra import clock
from infra.database import database
from infra.settings import settings
from infra.wording import _, speaking
from models.connection import feeds
from models.process.errors import NotFound

router = APIRouter()
REFRESH = timedelta(hours=6)


@router.get("/calendar/{token}.ics")
def feed(request: Request, token: str) -> Response:
    now = clock.now()
    with database().transaction() as session:
        found = feeds.read(session, token[:200], now)
    if found is None:
        count(request, "status")  # only misses are counted: a calendar service asks for many people from one address
        raise NotFound("This calendar link was taken back. Make a new one on the page of the application")
    with speaking("ru"):
        made = calendar(found, now).to_ical()
    headers = {"Cache-Control": "private, no-store", "Content-Disposition": 'inline; filename="feeder.ics"'}
    return Response(made, media_type="text/calendar; charset=utf-8", headers=headers)


def calendar(found: feeds.Feed, now: datetime) -> Calendar:
    """One VCALENDAR of whole-day events; a day on which the applicant has to act reminds on the eve."""
    made = Calendar()
    made.add("prodid", "-//Feeder//grid connection//RU")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    name = found.number or _("My applications")
    made.add("x-wr-calname", f"{name} · {utility().name}")
    made.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", "PT6H")
    for entry in found.entries:
        made.add_component(_event(entry, now))
    return made


def _event(entry: feeds.Entry, now: datetime) -> Event:
    made = Event()
    made.add("uid", f"{entry.uid}@feeder")
    made.add("dtstamp", now)
    made.add("dtstart", entry.on)
    made.add("dtend", entry.on + timedelta(days=1))
    what = say(entry.what)
    made.add("summary", f"{entry.number}: {what}" if entry.done else f"{entry.number}: {_('until this day')} — {what}")
    made.add("transp", "TRANSPARENT")
    made.add("url", f"{settings().site}/applications")
    if entry.mine and not entry.done:
        made.add_component(_eve(what))
    return made


def _eve(what: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", what)
    alarm.add("trigger", timedelta(hours=-15))  # nine in the morning of the day before
    return alarm
