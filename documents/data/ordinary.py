"""Acts that only the ordinary path has: of fulfilment of the technical conditions, of the reserve."""

from typing import TypedDict

from documents.data.common import Base
from documents.data.offer import Point


class Fulfilment(TypedDict):
    item: str  # of the technical conditions: "9.1"
    what: str
    done: str  # "выполнено"
    paper: str  # "протокол № 14 от 02.03.2027", or ""


class TuAct(TypedDict):
    number: str
    conditions_number: str
    conditions_date: str
    contract_number: str
    contract_date: str
    inspection_number: str  # "" when there was none
    inspection_date: str
    grid_works: list[Fulfilment]
    own_works: list[Fulfilment]
    points: list[Point]
    source: str
    metering: str  # place and requirements of the metering
    protection: str
    return_days: int  # calendar days for the applicant to sign (TP-14A)


class TuActData(Base):
    tu_act: TuAct


class ReserveLoad(TypedDict):
    name: str  # "насосы пожаротушения"
    kind: str  # "аварийная", "технологическая"
    kw: str
    restore: str  # how soon the feed must be back, or how long the process needs to end: "30 минут"
    feed: str  # what feeds it


class ReserveAct(TypedDict):
    number: str
    contract_number: str
    contract_date: str
    conditions_number: str
    conditions_date: str
    source: str
    reserve: str  # the second source, or ""
    emergency_kw: str
    technological_kw: str
    loads: list[ReserveLoad]
    autonomous: str  # own source: kind, kW, how soon it starts; or ""
    persons: str  # who of the applicant is called, with a phone
    supplier_days: int


class ReserveActData(Base):
    reserve_act: ReserveAct
