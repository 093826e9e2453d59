"""One world a module of the open interface."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.dashboard.api import world as worlds


@pytest.fixture(scope="module")
def kept(postgres: Any, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[worlds.World]:
    yield from worlds.made(postgres, template, tmp_path_factory.mktemp("store"))


@pytest.fixture
def world(kept: worlds.World) -> worlds.World:
    kept.forget_limits()
    return kept
