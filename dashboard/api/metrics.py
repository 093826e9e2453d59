"""Figures for Prometheus: requests counted here, the rest asked from the database at each scrape. Nothing personal.

Other rooms add figures by `register(name, help, query)`."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlmodel import Session, func, select
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from infra.database import database
from models.delivery import queries as delivery
from models.process.errors import NotFound
from models.process.tables import Work, WorkState

router = APIRouter()
registry = CollectorRegistry()
_requests = Counter("feeder_requests", "Web requests", ["method", "route", "status"], registry=registry)
_seconds = Histogram(
    "feeder_request_seconds",
    "Time to the last byte of an answer",
    ["route"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
    registry=registry,
)
Query = Callable[[Session], Mapping[str, float]]


@dataclass(frozen=True)
class Figure:
    """One gauge: `query` gives label -> value; with no `label` its only key is the empty string."""

    name: str
    about: str
    label: str
    query: Query


_figures: dict[str, Figure] = {}


def register(name: str, about: str, query: Query, label: str = "") -> None:
    """Add a gauge feeder_<name>. The query runs at every scrape: keep it on an index."""
    _figures[name] = Figure(f"feeder_{name}", about, label, query)


def _work(session: Session) -> dict[str, float]:
    found = {str(state): 0.0 for state in WorkState}
    return found | {state: float(n) for state, n in session.exec(select(Work.state, func.count()).group_by(Work.state))}


def _oldest(session: Session) -> dict[str, float]:
    """Seconds the longest waiting due row is late by the database's clock; zero when nothing waits."""
    late = func.extract("epoch", func.clock_timestamp() - func.min(Work.run_at))
    seconds = session.exec(select(late).where(Work.state == WorkState.DUE)).one()
    return {"": max(0.0, float(seconds or 0))}


def _letters(session: Session) -> dict[str, float]:
    return {state: float(n) for state, n in delivery.by_state(session).items()}


register("work_rows", "Rows of the queue by state", _work, "state")
register("work_oldest_seconds", "How late the oldest due row is", _oldest)
register("letters", "Letters by state", _letters, "state")


class _FromDatabase(Collector):
    def collect(self) -> Iterable[Metric]:
        with database().transaction() as session:
            for figure in _figures.values():
                gauge = GaugeMetricFamily(figure.name, figure.about, labels=[figure.label] if figure.label else [])
                for key, value in figure.query(session).items():
                    gauge.add_metric([key] if figure.label else [], value)
                yield gauge

    def describe(self) -> Iterable[Metric]:
        return []


registry.register(_FromDatabase())


@router.get("/metrics")
def metrics(request: Request) -> Response:
    """For a Prometheus beside us. What came through the proxy is a stranger's."""
    if "x-forwarded-for" in request.headers:
        raise NotFound
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


class Counted:
    """Counts requests by the pattern of their route, never by address: addresses hold secrets."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        began, status = time.perf_counter(), 500

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, noted)
        finally:
            route = getattr(scope.get("route"), "path", "") or "ui"
            _requests.labels(scope["method"] if scope["method"] in _METHODS else "other", route, str(status)).inc()
            _seconds.labels(route).observe(time.perf_counter() - began)
        return None


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"})
