"""What closes a connection: inspection, meter, act of connection, notice of readiness."""

from typing import TypedDict

from documents.data.common import Base
from documents.data.offer import Norms, Point


class Member(TypedDict):
    post: str
    name: str


class Device(TypedDict):
    name: str
    mark: str  # type and passport: "ВА47-29, паспорт № 118-26"
    seen: str  # "установлен"


class Compliance(TypedDict):
    item: str  # of the technical conditions: "9.1"
    required: str
    found: str
    ok: bool


class Remark(TypedDict):
    what: str
    ground: str  # "п. 9.3 технических условий"
    due: str


class Inspection(TypedDict):
    number: str
    conditions_number: str
    conditions_date: str
    place: str
    date: str
    commission: list[Member]
    devices: list[Device]
    checks: list[Compliance]
    remarks: list[Remark]
    passed: bool
    repeat_days: int  # working days to come again after the remarks are removed (TP-13R)
    photos: list[str]  # "Щит учёта, 12.03.2027 10:41"


class InspectionActData(Base):
    inspection: Inspection


class Reading(TypedDict):
    zone: str  # "сумма", "день", "ночь"
    value: str  # as on the screen: "000012.4"


class Transformers(TypedDict):
    kind: str  # "ТТ Т-0,66 200/5, класс 0,5S"
    ratio: int  # 40
    serials: str
    verified: str  # day


class Meter(TypedDict):
    model: str  # "Меркурий 234 ARTM-02"
    phases: int
    serial: str
    accuracy: str  # "1.0"
    verified: str  # day
    interval_years: int
    next_check: str  # day
    seals: list[str]  # "крышка зажимов — ПЭС 004417"
    transformers: Transformers | None
    readings: list[Reading]
    place: str
    scheme: str  # "прямое включение"
    modem: str  # "869 315 041 120 774" or ""
    owner: str


class MeterAct(TypedDict):
    number: str
    contract_number: str
    contract_date: str
    admitted: str  # day: from it the meter is in operation
    commission: list[Member]
    supplier: str
    supplier_days: int


class MeterActData(Base):
    meter: Meter
    act: MeterAct


class SchemeRow(TypedDict):
    """One element of the single-line scheme, from the source to the consumer; the boundary stands in its own row."""

    element: str
    owner: str  # balance
    operator: str  # operational responsibility


class ConnectionAct(TypedDict):
    number: str
    contract_number: str
    contract_date: str
    conditions_number: str
    conditions_date: str
    energised: str  # day of the actual supply; "" when the act is issued again and nobody knows it
    earlier: str  # issued again: in the place of which papers; else ""
    points: list[Point]
    source: str
    grid_equipment: str
    own_equipment: str
    boundary: str  # of balance
    responsibility: str  # operational
    scheme: list[SchemeRow]
    protection: str  # settings
    other: str  # autonomous source, reserve, or ""
    supplier_days: int


class ConnectionActData(Base):
    act: ConnectionAct
    meter: Meter


class ReadinessNotice(TypedDict):
    number: str
    contract_number: str
    contract_date: str
    conditions_number: str
    conditions_date: str
    ready: str  # day from which the applicant may switch on
    points: list[Point]
    source: str
    grid_equipment: str
    own_equipment: str
    boundary: str
    responsibility: str
    scheme: list[SchemeRow]
    protection: str
    steps: list[str]  # how to switch on, short
    supplier: str
    meter_act_number: str
    norms: Norms


class ReadinessNoticeData(Base):
    notice: ReadinessNotice
    meter: Meter
