"""A story in a transaction that is never committed."""

from datetime import datetime

import pytest
from sqlmodel import Session

from tests.models.story import Story


@pytest.fixture
def story(session: Session, now: datetime) -> Story:
    return Story(session, now)
