"""How a person wants his pages: blocks hidden or folded to the bottom (J-057…J-059), hints seen once (J-030)."""

from collections.abc import Mapping
from enum import StrEnum

from sqlmodel import Session, col, select

from models.people.access_tables import PageWish
from models.process.errors import Invalid


class Block(StrEnum):
    OPEN = "open"
    FOLDED = "folded"  # its title stays in its place («Скрыть»)
    AWAY = "away"  # its title stands in the panel at the bottom («Убрать с экрана»)


SEEN = "seen"


def of_user(session: Session, user_id: int, prefix: str) -> Mapping[str, str]:
    """State by the name behind the prefix: "block:" or "hint:"."""
    query = select(PageWish).where(PageWish.user_id == user_id, col(PageWish.name).startswith(prefix))
    return {row.name.removeprefix(prefix): row.state for row in session.exec(query)}


def keep(session: Session, user_id: int, name: str, state: str) -> None:
    """Raises Invalid for a name or a state that no page has."""
    if state not in (*Block, SEEN) or not 3 <= len(name) <= 60:  # noqa: PLR2004
        raise Invalid("state", "Choose from the list")
    row = session.get(PageWish, (user_id, name)) or PageWish(user_id=user_id, name=name, state=state)
    row.state = state
    session.add(row)
    session.flush()
