"""Units of delivery: write the letter, claim it for one try, hand it over with no transaction open, record the outcome."""

from collections.abc import Mapping
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE
from sqlmodel import Session

from documents.letters import letter as write
from infra import clock, mail, sms
from infra.engine.leg import Leg
from infra.settings import settings
from infra.storage import storage
from models.connection.queries import org
from models.delivery import actions
from models.delivery.rules import ErrorClass
from models.delivery.tables import Letter, LetterState
from models.document.tables import Document
from models.process import work
from models.process.work import Row
from tasks.steps import outside

_OUTCOMES = {
    mail.Outcome.SENT: ErrorClass.SENT,
    mail.Outcome.RETRY: ErrorClass.RETRY,
    mail.Outcome.REFUSED: ErrorClass.REFUSED,
}


def render(leg: Leg) -> None:
    """Words of letters that have none yet; the link becomes an address of this site."""
    leg.each(_render)


def _render(session: Session, row: Row) -> None:
    letter = session.get(Letter, row.subject, with_for_update=True)
    work.fence(session, row)
    if letter is None or letter.state != LetterState.ORDERED:
        return
    told = letter.data | {"link": settings().site + str(letter.data.get("link", ""))}
    words = write(letter.kind, told | _reached(session, letter.data))
    actions.rendered(session, letter, words.subject, words.body, clock.now())


def _reached(session: Session, data: Mapping[str, Any]) -> dict[str, str]:
    """The utility's phone is told with its hours; another phone (of an office) stays as it is."""
    ours = org(session).get("utility", {})
    number, hours = ours.get("phone", ""), ours.get("hours", "")
    return {"phone": f"{number}, {hours}"} if hours and number and data.get("phone") == number else {}


def deliver(leg: Leg, row: Row) -> None:
    """One try of one letter, if it is due: claim, send, record."""
    try:
        with leg.db.transaction() as session:  # durable: a try is known before it is made
            parcel = _claim(session, row)
        if parcel is not None:
            letter, number = parcel
            answer = outside(hand_over, letter)
            with leg.db.transaction() as session:
                _record(session, row, number, answer)
        else:
            with leg.db.transaction() as session:
                _arm_again(session, row)
    except Exception as error:  # noqa: BLE001 - a letter's trouble is its own
        leg.fault(row, error)


def _claim(session: Session, row: Row) -> tuple[dict[str, Any], int] | None:
    letter = session.get(Letter, row.subject, with_for_update=True)
    work.fence(session, row)
    if letter is None:
        return None
    number = actions.begin_try(session, letter, clock.now())
    if number is None:
        return None
    files = [session.get(Document, i) for i in letter.documents]
    attached = [(f"{d.title} № {d.number}.pdf".replace("/", "-"), d.pdf_key) for d in files if d and d.pdf_key]
    attached += letter.data.get("files", [])  # [name, storage key, media type]: papers that no case has
    return {
        "message_id": letter.message_id,
        "to": letter.recipient,
        "subject": letter.subject,
        "text": letter.body,
        "files": attached,
    }, number


@task(name="hand a letter to the mail server", persist_result=False, cache_policy=NO_CACHE)
def hand_over(letter: dict[str, Any]) -> tuple[str, str]:
    """(outcome, words of the server). One try: trying again is a row with a time, never a sleeping worker."""
    if letter["to"].startswith("+"):  # a phone number: the same row leaves as a short message
        said = sms.send(sms.Sms(letter["message_id"], letter["to"], letter["text"].strip(), clock.now()))
        return _OUTCOMES[said.outcome], said.reason
    store = storage()
    attached = tuple(mail.Attachment(name, store.get(key), *media) for name, key, *media in letter["files"])
    answer = mail.send(
        mail.Letter(letter["message_id"], letter["to"], letter["subject"], letter["text"], "", attached, clock.now())
    )
    return _OUTCOMES[answer.outcome], answer.reason


def _record(session: Session, row: Row, number: int, answer: tuple[str, str]) -> None:
    letter = session.get(Letter, row.subject, with_for_update=True)
    work.fence(session, row)
    if letter is not None:
        now = clock.now()
        actions.record_try(session, letter, number, answer[0], answer[1], now)
        actions.arm(session, letter, now)


def _arm_again(session: Session, row: Row) -> None:
    """Woken too early: the alarm is set again."""
    letter = session.get(Letter, row.subject)
    if letter is not None:
        actions.arm(session, letter, clock.now())
