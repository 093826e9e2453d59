"""Words about content that public pages and the cabinet share: when an outage is, whose grid, what a form's file weighs."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from dashboard.parts import day_long
from documents.wording import NBSP, day, figure
from infra import clock
from infra.wording import _
from models.content.tables import OUTAGES, ContentItem, Outage
from models.document.actions import MEDIA_TYPES


def span(item: ContentItem) -> str:
    """'среда, 25.11.2026, с 9:00 до 13:00', or from one day to another."""
    if item.begins_at is None or item.ends_at is None:
        return ""
    begins, ends = (at.astimezone(clock.zone()) for at in (item.begins_at, item.ends_at))
    if begins.date() == ends.date():
        facts = {"day": day_long(begins.date()), "from": f"{begins:%H:%M}", "to": f"{ends:%H:%M}"}
        return _("%(day)s, from %(from)s to %(to)s") % facts
    return _("from %(from)s to %(to)s") % {"from": _moment(begins), "to": _moment(ends)}


def _moment(local: datetime) -> str:
    return f"{day(local.date())}, {local:%H:%M}"


def dated(item: ContentItem) -> str:
    """The day from which it is shown: '22.11.2026'."""
    return day(item.shown_from.astimezone(clock.zone()).date()) if item.shown_from else ""


def kind_of(item: ContentItem) -> str:
    return _(OUTAGES[Outage(item.outage)])


def runs(item: ContentItem, now: datetime) -> bool:
    """Whether the power is off now."""
    return item.begins_at is not None and item.begins_at <= now


def named(ids: Iterable[int], branches: Mapping[int, str]) -> str:
    return ", ".join(branches[i] for i in ids if i in branches)


def weight(item: ContentItem) -> str:
    """'DOCX, 31 КБ'"""
    size = _("%(count)s KB") % {"count": figure(max(1, round(item.file_size / 1024)))}
    return f"{MEDIA_TYPES.get(item.file_type, item.file_type)}, {size}".replace(" ", NBSP)
