"""Families of certificates, one a run and algorithm."""

from collections.abc import Callable

import pytest

from tests.signatures.world import MAIN, SETS, World

Worlds = Callable[[str], World]


@pytest.fixture(scope="session")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Worlds:
    made: dict[str, World] = {}

    def of(algorithm: str) -> World:
        if algorithm not in made:
            folder = tmp_path_factory.mktemp("pki-" + algorithm.replace(":", "-"))
            made[algorithm] = World(folder, algorithm, small=algorithm in SETS)
        return made[algorithm]

    return of


@pytest.fixture(params=MAIN)
def world(request: pytest.FixtureRequest, worlds: Worlds) -> World:
    return worlds(request.param)


@pytest.fixture
def rsa(worlds: Worlds) -> World:
    return worlds("rsa")


@pytest.fixture
def gost(worlds: Worlds) -> World:
    return worlds("gost256:A")
