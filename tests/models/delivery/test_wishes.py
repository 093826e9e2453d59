"""What a person wants to be told: quiet hours over midnight, one letter a day, a theme by SMS, and what the law sends anyway."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from models.delivery import actions, queries, spread, wishes
from models.delivery.tables import Letter, Notice
from models.delivery.wishes import Channel, Theme
from models.process.errors import Invalid
from tests.models.story import Story

ZONE = ZoneInfo("Europe/Moscow")


def at(hour: int) -> datetime:
    return datetime(2026, 11, 2, hour, 30, tzinfo=ZONE).astimezone(UTC)


@pytest.mark.parametrize(
    ("quiet", "hour", "loud"),
    [((22, 8), 23, 8), ((22, 8), 3, 8), ((22, 8), 12, None), ((13, 15), 14, 15), ((13, 15), 15, None), (None, 3, None)],
)
def test_nothing_rings_in_quiet_hours(quiet: tuple[int, int] | None, hour: int, loud: int | None) -> None:
    found = wishes.loud_at(quiet, at(hour), ZONE)
    if loud is None:
        assert found == at(hour)
    else:
        assert found.astimezone(ZONE).hour == loud
        assert timedelta() < found - at(hour) <= timedelta(hours=10)


def told(story: Story, user_id: int, kind: str, key: str) -> None:
    actions.notify(story.session, key, user_id, None, kind, "Платёж получен: ТП-1", "", story.now)
    story.session.flush()


def letters(story: Story, kind: str) -> list[Letter]:
    return list(story.session.exec(select(Letter).where(Letter.kind == kind)).all())


def test_without_a_choice_a_notice_is_a_line_and_nothing_else(story: Story) -> None:
    anna = story.house.applicant()
    told(story, anna.id or 0, "payment_received", "k")
    assert queries.unread(story.session, anna.id or 0) == 1
    assert letters(story, "notice_sms") + letters(story, "notice_digest") == []
    assert spread.letter_goes(story.session, anna.id or 0, "payment_received")


@pytest.mark.rows("M-19", "M-08")
def test_a_theme_goes_by_sms_after_the_quiet_hours_and_to_a_confirmed_number_only(story: Story) -> None:
    anna = story.house.applicant()
    local = story.now.astimezone(ZONE).hour
    quiet = (local, (local + 2) % 24)
    wishes.keep(story.session, anna.id or 0, {(Theme.MONEY, Channel.SMS): True}, quiet, None)
    told(story, anna.id or 0, "payment_received", "before")
    assert letters(story, "notice_sms") == []
    anna.phone_confirmed_at = story.now
    told(story, anna.id or 0, "payment_received", "after")
    told(story, anna.id or 0, "works_done", "another theme")
    sms = letters(story, "notice_sms")
    assert [row.recipient for row in sms] == [anna.phone]
    assert sms[0].next_at is not None
    assert sms[0].next_at > story.now
    actions.rendered(story.session, sms[0], "тема", "текст", story.now)
    assert actions.begin_try(story.session, sms[0], story.now) is None, "not before its hour"
    assert actions.begin_try(story.session, sms[0], sms[0].next_at) == 1


def test_news_of_a_day_are_one_letter(story: Story) -> None:
    anna = story.house.applicant()
    wishes.keep(story.session, anna.id or 0, {}, None, 18)
    for number in range(3):
        told(story, anna.id or 0, "payment_received", f"n{number}")
    told(story, anna.id or 0, "offer_placed", "law")
    (digest,) = letters(story, "notice_digest")
    story.session.refresh(digest)
    assert len(digest.data["details"]) == 3
    assert not spread.letter_goes(story.session, anna.id or 0, "payment_received")
    assert spread.letter_goes(story.session, anna.id or 0, "offer_placed")


def test_what_is_not_wanted_in_the_cabinet_is_kept_and_not_counted(story: Story) -> None:
    anna = story.house.applicant()
    wishes.keep(story.session, anna.id or 0, {(Theme.MONEY, Channel.CABINET): False}, None, None)
    told(story, anna.id or 0, "payment_received", "k")
    assert queries.unread(story.session, anna.id or 0) == 0
    assert len(queries.notices(story.session, anna.id or 0)) == 1


def test_letters_of_the_law_cannot_be_switched_off(story: Story) -> None:
    anna = story.house.applicant()
    wanted = {(theme, channel): False for theme in Theme for channel in Channel}
    wishes.keep(story.session, anna.id or 0, wanted, None, None)
    assert spread.letter_goes(story.session, anna.id or 0, "missing_info")
    assert not wishes.FREE & actions.FULFILLING


def test_a_whole_day_is_not_quiet(story: Story) -> None:
    with pytest.raises(Invalid):
        wishes.keep(story.session, story.house.applicant().id or 0, {}, (8, 8), None)


@pytest.mark.rows("J-040")
def test_a_person_deletes_his_own_notices_only(story: Story) -> None:
    anna, boris = story.house.applicant(), story.house.applicant()
    told(story, anna.id or 0, "message", "k")
    row = story.session.exec(select(Notice).where(Notice.key == "k")).one()
    assert actions.delete_notices(story.session, boris.id or 0, story.now, [row.id or 0]) == 0
    assert actions.delete_notices(story.session, anna.id or 0, story.now, [row.id or 0]) == 1
    assert queries.notices(story.session, anna.id or 0) == []
