"""Another code in place of one that did not come. Never tells whether there was anybody to send the first one to."""

from datetime import datetime

from sqlmodel import Session

from models.people import actions, proofs
from models.people.proof_tables import Channel, Purpose
from models.people.proofs import Promise
from models.people.registration import Sender, send

_LETTERS = {Purpose.REGISTER: "registration_code", Purpose.RECOVER: "recovery_code"}


def again(session: Session, handle: str, purpose: Purpose, now: datetime, sender: Sender) -> Promise | None:
    """A new promise for the same contact; the earlier code and link are void. None when the earlier promise is over.

    A promise that nobody can keep gets another such: the pages look the same. Raises TooMany, for both alike."""
    row = proofs.by_handle(session, handle, now)
    if row is None or row.purpose != purpose or row.proved_at is not None:
        return None
    actions.count_attempt(session, "code-again", row.contact or row.handle_hash, now)
    data, channel = dict(row.data), Channel(row.channel)
    made = proofs.promise(session, purpose, channel, row.contact, now, sender.life, data=data, with_code=True)
    proofs.used(session, row, now)
    if data:
        send(session, _LETTERS[purpose], made, "", sender, now)
    else:
        proofs.hollow(session, made.proof)
    session.flush()
    return made
