"""All doors of one person closed at once: his sessions, the keys of his programs, links and codes on their way to him.
Never touches another person's."""

from datetime import datetime

from sqlmodel import Session

from models.delivery import actions as delivery
from models.integration import actions as integration
from models.people import proofs, sessions
from models.people.actions import note
from models.people.tables import User
from models.process.actor import Actor

NOTICE = "keys_revoked"
_TITLE = "Ключи для программ отозваны"
_TOLD = (
    "Вместе с вашими сеансами завершён доступ программ к кабинету: отозвано ключей — {count}. "
    "Сделайте новый ключ на странице «Программный доступ», если программа вам нужна."
)


def everywhere(session: Session, user_id: int, actor: Actor, now: datetime, *, keep: int | None = None) -> int:
    """Ends every session but `keep`, voids what was promised, revokes every key; a notice tells of the keys. How many
    sessions were ended."""
    ended = sessions.end_all(session, user_id, now, keep=keep)
    if (user := session.get(User, user_id)) is not None:
        proofs.void_all(session, user, now)
    revoked = integration.revoke_keys(session, user_id, now)
    if revoked:
        note(session, actor, "people:key:revoked_all", now, process="people", subject_id=user_id, count=revoked)
        key = f"{NOTICE}:{user_id}:{now.timestamp():.6f}"
        delivery.notify(session, key, user_id, None, NOTICE, _TITLE, _TOLD.format(count=revoked), now)
    return ended
