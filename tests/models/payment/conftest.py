"""Rates of the day, and a case whose offer is placed."""

import pytest
from sqlmodel import Session

from models.connection.tables import Application, Stage
from models.payment import queries
from models.payment.rules import Rates
from tests.models.payment.test_fee import DAY
from tests.models.story import Story


@pytest.fixture
def rates(session: Session) -> Rates:
    return queries.rates_on(session, DAY)


@pytest.fixture
def case(story: Story) -> Application:
    return story.to(Stage.OFFER_PLACED)
