"""The data of papers, taken from a case and frozen: pure JSON in the shapes of documents/data.py. Legal numbers come
from dated rules, requisites from the settings of the utility; the passport is added only when the bytes are made."""

from collections.abc import Callable
from typing import Any

from models.connection.papers import acts, agreements, notices, offer, ordinary
from models.connection.papers.bundle import TITLES, Bundle, number_of, title_of, with_token
from models.connection.papers.common import base
from models.connection.papers.offer import UNITS, works_rule

__all__ = ["TITLES", "UNITS", "Bundle", "data", "number_of", "title_of", "with_token", "works_rule"]

_OWN: dict[str, Callable[[Bundle], dict[str, Any]]] = {
    "application": notices.application,
    "missing_info": notices.missing_info,
    "annulment": notices.annulment,
    "contract": offer.contract,
    "conditions": offer.conditions,
    "invoice": offer.invoice,
    "guide": offer.guide,
    "inspection_act": acts.inspection_act,
    "meter_act": acts.meter_act,
    "connection_act": acts.connection_act,
    "readiness_notice": acts.readiness_notice,
    "tu_act": ordinary.tu_act,
    "reserve_act": ordinary.reserve_act,
    "supplement": agreements.supplement,
    "disagreements": agreements.disagreements,
    "refusal": notices.refusal,
    "refund_request": agreements.refund_request,
    "termination": agreements.termination,
    "signing_protocol": lambda b: {"protocol": dict(b.details["protocol"])},
}


def data(kind: str, bundle: Bundle) -> dict[str, Any]:
    """The whole context of one paper. KeyError: there is no such paper."""
    return base(kind, bundle) | _OWN[kind](bundle)
