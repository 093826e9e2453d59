"""Retention: once a night, what was kept long enough goes, rule by rule, then the bytes of its files (152-ФЗ, ст. 5, ч. 7)."""

from prefect import flow

from models.people.retention import names
from tasks import retention as step


@flow(name="retention")
def retention() -> None:
    for name in names():
        step.apply(name)
    step.remove_objects()
