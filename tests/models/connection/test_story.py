import pytest
from models.connection.tables import Stage
from tests.models.story import HIGH, Story

@pytest.mark.parametrize("stage", list(Stage))
def test_smoke(story: Story, stage: Stage) -> None:
    more = HIGH if stage == Stage.INSPECTION else {}
    user = story.organisation() if stage == Stage.INSPECTION else None
    story.to(stage, user, **more)
