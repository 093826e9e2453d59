"""Whatever a program sends, the answer is one that the description names, in the shape that it promises: schemathesis.

A few examples a route in the ordinary run; the soak run takes hundreds."""

import warnings
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from starlette.applications import Starlette

from dashboard import gate
from dashboard.api.v1.app import mounted
from dashboard.public import errors
from models.connection.tables import Stage
from tests.architecture.doors import API
from tests.dashboard.api.world import World

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import schemathesis
    from schemathesis import GenerationMode
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large, HealthCheck.large_base_example]


@pytest.fixture(scope="module")
def described() -> Any:
    """The mounted application alone: Streamlit's life cannot be begun twice in one process."""
    whole = gate.SizeLimit(Starlette(routes=[mounted()]), errors.refuse)
    return schemathesis.openapi.from_asgi("/api/v1/openapi.json", whole)


def ask(case: Any, world: World) -> None:
    """With a key of every right, half the time about things that exist."""
    drafts = case.operation.path.endswith(("/draft", "/check", "/attachments", "/signing-code", "/submission"))
    cases = [i for stage, i in world.cases.items() if (stage == Stage.DRAFT) == drafts]
    real = {"application_id": cases, "document_id": [world.paper], "attachment_id": [world.attachment],
            "notice_id": [world.notice], "office_id": [world.office.office.id], "webhook_id": [world.webhook]}  # fmt: skip
    for name, ids in real.items():
        value = (case.path_parameters or {}).get(name)
        if isinstance(value, int) and value % 2:
            case.path_parameters[name] = ids[value % len(ids)]
    world.forget_limits()
    answer = case.call(headers={"Authorization": f"Bearer {world.keys['all']}"})
    case.validate_response(answer, checks=CHECKS)


def run(described: Any, door: str, mode: GenerationMode, world: World, examples: int, *, same: bool) -> None:
    method, _, path = door.partition(" ")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")

        @given(case=described[path][method].as_strategy(generation_mode=mode))
        @settings(max_examples=examples, deadline=None, suppress_health_check=QUIET, phases=(Phase.generate,), database=None,
                  derandomize=same)  # fmt: skip
        def sent(case: Any) -> None:
            ask(case, world)

        sent()


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("door", API)
def test_a_route_keeps_its_description(world: World, described: Any, door: str, mode: GenerationMode) -> None:
    if mode is GenerationMode.NEGATIVE and door in NOTHING_TO_SPOIL:
        return
    run(described, door, mode, world, 4, same=True)


NOTHING_TO_SPOIL = frozenset({"GET /me", "GET /reference", "GET /offices", "POST /notices/read", "GET /webhooks"})


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("door", API)
def test_a_route_keeps_its_description_for_long(world: World, described: Any, door: str, mode: GenerationMode) -> None:
    if mode is GenerationMode.NEGATIVE and door in NOTHING_TO_SPOIL:
        return
    run(described, door, mode, world, 300, same=False)
