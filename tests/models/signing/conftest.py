"""A desk in a transaction that is never committed."""

from datetime import datetime

import pytest
from sqlmodel import Session

from tests.models.signing.envelopes import Desk


@pytest.fixture
def desk(session: Session, now: datetime) -> Desk:
    return Desk(session, now)
