"""Columns that every noun uses: aware times, JSON, money. Shapes only."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, DateTime, Numeric
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

BIG = BigInteger
UTC_TIME = DateTime(timezone=True)
MONEY = Numeric(14, 2)


def identity() -> Any:
    """bigint key made by the database"""
    return Field(default=None, primary_key=True, sa_type=BigInteger)


def link(target: str, *, index: bool = True, nullable: bool = False, **more: Any) -> Any:
    """bigint reference to `table.column`"""
    default = None if nullable else ...
    return Field(default, foreign_key=target, index=index, nullable=nullable, sa_type=BigInteger, **more)


def moment(default: datetime | None | Any = None, **more: Any) -> Any:
    """timestamptz; `...` makes it required"""
    return Field(default, sa_type=UTC_TIME, **more)


def document(**more: Any) -> Any:
    """jsonb object, empty by default"""
    return Field(default_factory=dict, sa_type=JSONB, **more)


def array(**more: Any) -> Any:
    """jsonb array, empty by default"""
    return Field(default_factory=list, sa_type=JSONB, **more)


def money(default: Decimal | None | Any = None, **more: Any) -> Any:
    """numeric(14, 2), roubles"""
    return Field(default, sa_type=MONEY, **more)
