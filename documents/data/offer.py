"""What is placed for the applicant to accept: contract, conditions, invoice, guide."""

from typing import Literal, TypedDict

from documents.data.common import Base, Contact
from documents.data.requests import Stage

Unit = Literal["wd", "d", "m", "y"]  # working days, calendar days, months, years


class Point(TypedDict):
    place: str  # "контактные зажимы на выходе вводного аппарата в щите учёта"
    pole: str  # "опора № 17, фидер № 3"
    kw: str
    kv: str  # "0.4"


class Work(TypedDict):
    what: str
    volume: str  # "22 м" or ""


class Row(TypedDict):
    name: str
    value: str


Variant = Literal["individual_15", "individual_150", "to_150", "to_670", "over_670", "temporary", "generation"]


class Conditions(TypedDict):
    """Technical conditions; `variant` says for whom and up to which power they are."""

    number: str
    variant: Variant
    points: list[Point]
    stages: list[Stage]
    temporary: str  # "передвижной объект, по 01.06.2027", or ""
    generation: str  # "объект микрогенерации: солнечная, 10 кВт", or ""
    source: str  # substation, feeder, line
    reserve: str  # reserve source, or ""
    grid_works: list[Work]
    own_works: list[Work]
    metering: list[Row]  # type, class, place, transformers, data
    protection: list[str]  # protection, automation, power quality, compensation
    admission: str  # who looks at the devices before the voltage is on
    agreements: str  # system operator, adjacent grid; or ""
    years: int  # validity, from the day of the contract
    engineer: Contact


class FeeLine(TypedDict):
    name: str
    unit: str  # "кВт"
    quantity: str  # "0.4"
    price: str
    sum: str


class Fee(TypedDict):
    """The fee of the connection; sums of `lines` give `total` when prices_with_vat, else `net`."""

    lines: list[FeeLine]
    prices_with_vat: bool  # preferential rates include VAT, standard ones do not
    net: str
    vat: str
    vat_rate: str  # "22"
    total: str
    decision: str  # "постановление … от 28.11.2025 № 306"
    choice: str  # why this rate: one or two sentences, or ""


class Instalment(TypedDict):
    percent: str  # "15"
    sum: str
    vat: str
    due: str  # last day, or "" when it hangs on an event
    event: str  # then: "10 дней со дня размещения уведомления …"


class Term(TypedDict):
    n: int
    unit: Unit
    rule: str  # "TP-11"
    ground: str  # "подпункт «б» пункта 16 Правил …"


class Norms(TypedDict):
    """Legal numbers of a contract on the cabinet path, as the dated rules gave them on the day of issue."""

    pay_days: int  # 5, or 15 under 44-ФЗ (TP-06), working days
    refuse_days: int  # 5 (TP-06R)
    correct_days: int  # 10 (TP-08)
    supplier_days: int  # 2 (TP-09)
    notice_days: int  # 1 (TP-16)
    remark_days: int  # 20 (TP-19)
    fix_days: int  # 10 (TP-20)
    hidden_months: int  # 6
    hidden_days: int  # 20 (TP-21)
    penalty_percent: str  # "0.25" a day
    penalty_free: bool  # the applicant owes none: cabinet path at ≤0.4 kV
    court_months: int  # 12 (CTR-12)
    claim_days: int  # 30, calendar
    interest: str  # of instalments: "ключевая ставка Банка России плюс 4 процентных пункта", or ""


class OrdinaryNorms(TypedDict):
    """Legal numbers of a contract signed by both sides, as the dated rules gave them on the day of issue; working days unless said."""

    sign_days: int  # TP-06O
    silence_days: int  # TP-07
    refuse_days: int  # TP-06RO
    correct_days: int  # TP-08
    supplier_days: int  # TP-09O
    inspect_days: int  # TP-13
    inspect_unit: Unit
    repeat_days: int  # TP-13R
    tu_act_days: int  # TP-14G, calendar
    tu_act_return_days: int  # TP-14A, calendar
    act_days: int  # TP-16O
    copies_days: int  # TP-17
    penalty_percent: str  # "0.25" a day
    court_months: int
    claim_days: int  # calendar
    interest: str  # of instalments, or ""


class Contract(TypedDict):
    number: str
    conditions_number: str  # of the technical conditions, its annex
    conditions_years: int
    grid_works: list[Work]
    own_works: list[Work]
    points: list[Point]
    distance_m: int  # from the plot to the nearest network
    boundary: str  # "контактные зажимы на выходе вводного аппарата в щите учёта"
    supplier: str
    placed: str  # "20.11.2026 14:10 (МСК)"
    accepted: str  # record of acceptance: day and number of the payment, or "" before it
    norms: Norms | OrdinaryNorms  # by the path


class OfferData(Base):
    """Contract and invoice share it."""

    contract: Contract
    fee: Fee
    payments: list[Instalment]


class ContractData(OfferData):
    term: Term


class ConditionsData(Base):
    conditions: Conditions


class Invoice(TypedDict):
    number: str
    contract_number: str  # "" when papers are issued again: then there is no contract
    contract_date: str
    conditions_number: str
    pay_now: str  # sum of the first instalment: it goes into the QR
    due: str  # its last day, or "" when it counts from something that has not happened yet
    purpose: str  # purpose of payment, ≤210 characters, without VAT symbols a bank refuses


class InvoiceData(Base):
    invoice: Invoice
    fee: Fee
    payments: list[Instalment]


class Guide(TypedDict):
    number: str
    contract_number: str
    before: list[str]  # safety preconditions
    ready: list[str]  # what is done on the grid's side
    steps: list[str]  # in order
    never: list[str]  # what not to do
    breaker_a: int
    consequence: str  # of consumption without a contract
    supplier: str


class Call(TypedDict):
    when: str
    phone: str


class GuideData(Base):
    guide: Guide
    calls: list[Call]
