"""The Prefect server's ASGI application, mended where it does not fit the SQLAlchemy we run. Changes nothing else."""

from typing import Any


def create_app() -> Any:
    """For uvicorn's --factory."""
    from prefect.server.api.server import create_app as made

    let_scheduler_insert()
    return made()


def let_scheduler_insert() -> None:
    """Prefect 3.8 inserts scheduled runs in bulk with a value for the hybrid attribute `state`, which SQLAlchemy 2.0
    passed over and 2.1 refuses: no scheduled run was ever made. Seen with 3.8.8 and 2.1.9."""
    from prefect.server.database.orm_models import FlowRun
    from sqlalchemy import inspect

    state: Any = inspect(FlowRun).all_orm_descriptors["state"]
    if getattr(state, "bulk_dml_setter", False) is None:
        state.bulk_dml_setter = _pass_over


def _pass_over(cls: type[Any], mapping: Any, value: Any) -> None:
    """The state is written as a row of its own right after."""
