"""A desk of appeals in a transaction that is never committed."""

from datetime import datetime

import pytest
from sqlmodel import Session

from tests.models.appeal.desk import Appeals


@pytest.fixture
def appeals(session: Session, now: datetime) -> Appeals:
    return Appeals(session, now)
