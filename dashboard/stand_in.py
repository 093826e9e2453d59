"""The hat of somebody away, worn by his substitute in one window. Rows of models.desk decide, on every run anew; the own id
stays, so that four eyes stay two persons. Web requests (files, hooks) are never stood in for."""

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from infra import clock
from infra.database import database
from models.desk import queries
from models.desk.rules import stood_in
from models.people.tables import User

if TYPE_CHECKING:
    from dashboard.session import Who

_WORN = "stand-in-for"


def stand_for(user_id: int | None) -> None:
    """Put the hat on, or take it off."""
    if user_id is None:
        st.session_state.pop(_WORN, None)
    else:
        st.session_state[_WORN] = user_id


def standing_for() -> int | None:
    """Whose work is done in this window."""
    found = st.session_state.get(_WORN)
    return found if isinstance(found, int) else None


def worn(who: "Who") -> "Who":
    """The same person in the role and branch of the other while a substitution is in force; as he is otherwise."""
    wanted = standing_for()
    if wanted is None or not who.is_staff:
        return who
    with database().transaction() as session:
        absent = next((u for u in queries.absent_for(session, who.id, clock.today()) if u.id == wanted), None)
    if absent is None:
        stand_for(None)
        return who
    actor = stood_in(who.actor, absent)
    told = who.user.model_dump() | {"role": absent.role, "branch_id": absent.branch_id, "name": actor.name}
    return replace(who, user=User(**told), actor=actor)
