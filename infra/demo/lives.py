"""The lives of the demonstration applications: one line each. What a word does stands in steps.py, when it happens in agenda.py.

A route says what people do and how many working days before the last desk day: "accept 4". "front 30" files an
application and takes it to a placed offer within seven working days; the supplier's contract follows the first payment by itself. What
the engine does is not written here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from infra.demo.people import COMPANIES, person
from models.connection.tables import Stage


@dataclass(frozen=True)
class Life:
    """`stage`: where it must stand at the end. `who`: a key of people.person. `site`: what the engineer finds."""

    stage: Stage
    who: str
    what: str
    branch: str
    kw: float
    route: str
    metres: int = 40
    typed: Mapping[str, Any] = field(default_factory=dict)  # of the application's form
    site: Mapping[str, Any] = field(default_factory=dict)


P, L, S, Z = "Приозёрск", "Лесное", "Северный", "Заречный"
ONE_PHASE = {"phases": 1}
HIGH = {"voltage_kv": "10"}
LAW = {"procurement_law": True}
REFUSED = {"email": "refused@dacha.example"}  # the mailbox twin knows nobody there
GREY = {"email": "greylist.{login}@pochta.example"}  # …and says «later» here
_s = Stage

DRAFTS = (
    Life(_s.DRAFT, "anna", "bath", L, 8, "draft 3"),
    Life(_s.DRAFT, "1", "house", P, 15, "draft 12"),
    Life(_s.DRAFT, "estate", "hotel", Z, 60, "draft 1"),
)  # fmt: skip
CHECKED = (
    Life(_s.CHECKING, "2", "house", P, 15, "submit -30s", typed=GREY),
    Life(_s.CHECKING, "3", "garden", L, 7, "submit -52m", typed=ONE_PHASE),
    Life(_s.CHECKING, "4", "house", Z, 15, "submit -6h"),
    Life(_s.CHECKING, "trader:0", "cafe", P, 45, "submit 0"),
    Life(_s.CHECKING, "5", "house", S, 15, "submit 1, ask_question 0"),
    Life(_s.CHECKING, "6", "garage", P, 10, "submit 2"),
    Life(_s.CHECKING, "7", "bath", L, 15, "submit 4, resend 3, correct 3", typed={"email": "refused@domik.example"}),
    Life(_s.CHECKING, "storage", "storage", P, 95, "submit 6"),
    Life(_s.CHECKING, "8", "house", Z, 12, "submit 14, ask 12, reply 1"),
)  # fmt: skip
ASKED = (
    Life(_s.AWAITING_INFO, "petr", "house", P, 15, "submit 7, ask 5, tell 5"),
    Life(_s.AWAITING_INFO, "9", "garden", L, 10, "submit 21, ask 19, ask_question 8, answer 7"),
    Life(_s.AWAITING_INFO, "10", "house", S, 15, "submit 13, ask 11"),
    Life(_s.AWAITING_INFO, "water", "pump", Z, 75, "submit 3, ask 1", typed=LAW),
)  # fmt: skip
DESIGNED = (
    Life(_s.ENGINEERING, "11", "house", P, 15, "submit 2, accept 0"),
    Life(_s.ENGINEERING, "12", "garden", L, 15, "submit 4, accept 3, design 1", 70),
    Life(_s.ENGINEERING, "trader:1", "shop", S, 40, "submit 7, accept 6, design 4, send 3, back 1", 120),
    Life(_s.ENGINEERING, "13", "house", P, 15, "submit 13, accept 11, ask_question 2", 180),
    Life(_s.ENGINEERING, "14", "bath", Z, 12, "submit 12, accept 11, send 8, approve 7, refuse 5, revise 3", 90),
    Life(_s.ENGINEERING, "tower", "tower", S, 15, "submit 8, accept 7, suspend 5", 640, HIGH),
    Life(_s.APPROVAL, "15", "house", L, 15, "submit 5, accept 4, send 0", 22),
    Life(_s.APPROVAL, "bakery", "bakery", P, 110, "submit 6, accept 5, design 3, send 1", 130),
    Life(_s.APPROVAL, "16", "house", S, 10, "submit 14, accept 12, design 5, send 3", 260),
    Life(_s.APPROVAL, "17", "garden", Z, 15, "submit 8, accept 7, send 5, back 4, design 2, send 1", 35),
)  # fmt: skip
OFFERED = (
    Life(_s.OFFER_PLACED, "anna", "house", L, 15, "submit 9, accept 8, design 5, send 5, approve 2, ask_question 1, answer 0", 12),
    Life(_s.OFFER_PLACED, "18", "house", P, 15, "submit 12, accept 11, send 8, approve 5", 60),
    Life(_s.OFFER_PLACED, "trader:2", "wash", P, 65, "submit 16, accept 14, send 11, approve 8", 90),
    Life(_s.OFFER_PLACED, "school", "school", P, 120, "submit 13, accept 12, send 8, approve 6", 140, LAW),
    Life(_s.OFFER_PLACED, "19", "garden", L, 7, "submit 5, accept 4, send 2, approve 0", 15, ONE_PHASE),
    Life(_s.OFFER_PLACED, "20", "house", S, 15, "submit 10, accept 9, send 6, approve 3, decline 1", 310),
    Life(_s.DISAGREEMENT, "21", "house", Z, 15, "submit 11, accept 10, send 6, approve 4, refuse 2", 210),
    Life(_s.DISAGREEMENT, "port", "pier", P, 90, "submit 15, accept 13, send 9, approve 7, refuse 4", 160),
)  # fmt: skip
BUILT = (
    Life(_s.EXECUTION, "22", "house", L, 15, "front 13, pay 4", 14),
    Life(_s.EXECUTION, "23", "garden", P, 10, "submit 18, accept 17, send 15, approve 12, pay 9", 55),
    Life(_s.EXECUTION, "24", "house", S, 15, "front 35, pay 26", 140),
    Life(_s.EXECUTION, "fish", "fish", Z, 120, "front 112, pay 102, pay 96, pay 84", 900),
    Life(_s.EXECUTION, "25", "bath", L, 15, "front 52, pay 43, pay 36, pay 24, ask_question 6, answer 5", 11),
    Life(_s.EXECUTION, "26", "house", P, 15, "front 76, pay 67, pay 61, pay 49", 180, site={"investment_works": True}),
    Life(_s.EXECUTION, "trader:3", "workshop", S, 70, "front 56, pay 47, pay 41, pay 30, own 6", 110),
    Life(_s.EXECUTION, "stone", "quarry", S, 150, "front 97, pay 88, pay 82, pay 70, grid 12", 420, HIGH),
    Life(_s.EXECUTION, "mill", "sawmill", L, 140, "front 90, pay 81, pay 75, pay 63, grid 26, own 23, fail 16", 350, HIGH),
    Life(_s.EXECUTION, "27", "house", Z, 15, "front 46, pay 37, pay 31, suspend 10", 130, site={"land_relations": True}),
    Life(_s.EXECUTION, "28", "garden", L, 10, "front 40, pay 31, pay 25, ask_question 2", 13),
    Life(_s.EXECUTION, "29", "solar", Z, 15, "front 27, pay 19", 45, {"generation_kw": "10"}),
    Life(_s.EXECUTION, "firma", "workshop", L, 60, "front 18, decline 9, pay 8", 80),
    Life(_s.EXECUTION, "30", "house", P, 15, "front 39, pay 30, pay 24", 33, REFUSED),
    Life(_s.EXECUTION, "trader:4", "greenhouse", Z, 100, "front 104, pay 95, pay 89, pay 77", 240),
    Life(_s.INSPECTION, "storage", "storage", P, 150, "front 72, pay 63, pay 57, pay 45, grid 20, own 3", 260, HIGH),
    Life(_s.INSPECTION, "farm", "dairy", Z, 145, "front 86, pay 77, pay 71, pay 59, grid 30, own 27, fail 21, own 1", 300, HIGH),
    Life(_s.METERING, "31", "house", P, 15, "front 35, pay 26, pay 16, grid 3", 14),
    Life(_s.METERING, "trader:5", "shop", L, 70, "front 61, pay 52, pay 46, pay 34, own 20, grid 2", 150),
    Life(_s.METERING, "32", "garden", S, 15, "front 51, pay 42, pay 36, pay 24, grid 6, meter 1", 65),
    Life(_s.METERING, "33", "house", Z, 15, "front 49, pay 40, pay 34, pay 22, grid 4", 10),
)  # fmt: skip
FINISHED = (
    Life(_s.COMPLETED, "34", "house", P, 15, "front 238, pay 229, pay 221, grid 216, meter 214, energise 213, pay 209, pay 207", 12),
    Life(_s.COMPLETED, "35", "garden", L, 7, "front 231, pay 222, pay 216, pay 203, grid 190, meter 187, energise 187, pay 182", 60, ONE_PHASE),
    Life(_s.COMPLETED, "firma", "sawmill", L, 100, "front 224, pay 215, pay 208, pay 196, own 178, grid 172, meter 170, energise 169, pay 165", 150),
    Life(_s.COMPLETED, "36", "house", S, 15, "front 211, pay 202, pay 195, pay 180, grid 155, meter 153, energise 152, pay 147", 10),
    Life(_s.COMPLETED, "37", "house", Z, 15, "submit 198, ask 196, reply 190, accept 188, send 185, approve 183, pay 180, pay 172, pay 160, grid 154, meter 152, energise 152, pay 147", 9, {"social": True}),
    Life(_s.COMPLETED, "clinic", "clinic", P, 60, "front 186, pay 170, pay 169, pay 158, own 140, grid 133, meter 131, energise 130, pay 125", 85, LAW),
    Life(_s.COMPLETED, "38", "solar", L, 15, "front 172, pay 163, pay 156, grid 148, meter 147, energise 147, pay 145, pay 142", 30, {"generation_kw": "12"}),
    Life(_s.COMPLETED, "farm", "dairy", Z, 145, "front 158, pay 149, pay 143, pay 131, grid 112, own 110, fail 105, own 97, pass 95, meter 92, energise 91, pay 86", 280, HIGH),
    Life(_s.COMPLETED, "39", "house", P, 8, "front 141, pay 132, pay 126, grid 118, meter 117, energise 116, pay 114, pay 111", 14, {"reason": "increase", "prior_kw": "7"}),
    Life(_s.COMPLETED, "40", "garden", Z, 10, "front 122, pay 113, pay 107, pay 95, grid 88, meter 86, energise 86, pay 82, remark 75, fix 70", 50),
    Life(_s.COMPLETED, "trader:6", "cafe", P, 60, "front 113, pay 104, pay 98, pay 86, own 80, grid 74, meter 72, energise 71, pay 67", 100),
    Life(_s.COMPLETED, "41", "house", S, 15, "submit 98, accept 97, send 95, approve 94, refuse 91, revise 90, send 88, approve 87, pay 84, pay 78, grid 66, meter 64, energise 63, pay 60, pay 58", 190),
    Life(_s.COMPLETED, "42", "house", L, 15, "front 62, pay 53, pay 47, pay 35, grid 9, meter 7, energise 5", 25),
    Life(_s.COMPLETED, "shop", "shop", P, 50, "front 92, pay 83, pay 77, pay 65, own 40, grid 30, meter 27, energise 25", 70),
    Life(_s.COMPLETED, "43", "bath", Z, 12, "front 66, pay 57, pay 51, pay 39, grid 15, meter 13, energise 12, pay 9, remark 5", 14),
)  # fmt: skip
ENDED = (
    Life(_s.RETURNED, "44", "house", P, 15, "submit 133, return 131"),
    Life(_s.RETURNED, "estate", "hotel", Z, 80, "submit 29, return 27"),
    Life(_s.REDIRECTED, "45", "garden", L, 15, "submit 88, redirect 87"),
    Life(_s.REDIRECTED, "46", "house", S, 10, "submit 9, redirect 8"),
    Life(_s.WITHDRAWN, "47", "house", Z, 15, "submit 77, accept 76, withdraw 74"),
    Life(_s.WITHDRAWN, "port", "storage", P, 110, "submit 47, accept 46, send 43, approve 42, withdraw 39", 95),
    Life(_s.WITHDRAWN, "48", "garage", P, 10, "submit 6, withdraw 5"),
    Life(_s.ANNULLED_NO_INFO, "49", "house", L, 15, "submit 204, ask 202"),
    Life(_s.ANNULLED_NO_INFO, "50", "garden", S, 15, "submit 100, ask 98"),
    Life(_s.ANNULLED_NO_INFO, "51", "bath", Z, 12, "submit 25, ask 23", typed=REFUSED),
    Life(_s.ANNULLED_NO_PAYMENT, "52", "house", P, 15, "front 166", 75),
    Life(_s.ANNULLED_NO_PAYMENT, "53", "garden", L, 10, "front 69", 33),
    Life(_s.ANNULLED_NO_PAYMENT, "mill", "storage", L, 90, "front 120", 210),
    Life(_s.ANNULLED_NO_PAYMENT, "54", "house", S, 15, "submit 20, accept 19, send 15, approve 12, expire 10", 120),
    Life(_s.TERMINATED, "55", "house", Z, 15, "front 144, pay 135, pay 129, terminate 60", 400),
    Life(_s.TERMINATED, "trader:5", "wash", S, 55, "front 82, pay 73, terminate 31", 130),
)  # fmt: skip
STALL = {"reason": "temporary", "temporary": "mobile"}
NEW_OWNER = {"reason": "reissue", "reissue_kind": "owner", "previous_papers": "Акт № 214 от 14.06.2011"}
LOST = {"reason": "reissue", "reissue_kind": "nothing"}
SUN = {"voltage_kv": "10", "generation_kw": "500", "generation_kind": "solar"}
SIGNED = (  # the ordinary path: a contract signed by both sides
    Life(_s.CHECKING, "mill", "sawmill", L, 400, "submit 1", 0, HIGH),
    Life(_s.CHECKING, "trader:6", "cafe", P, 40, "submit 3", 0, LOST),
    Life(_s.APPROVAL, "port", "pier", P, 900, "submit 16, accept 15, design 10, send 8", 450, HIGH),
    Life(_s.CONTRACT_SENT, "anna", "bath", L, 40, "front 8", 60),
    Life(_s.CONTRACT_SENT, "stone", "quarry", S, 450, "front 17", 300, HIGH),
    Life(_s.DISAGREEMENT, "mill", "sawmill", L, 300, "front 20, dispute 6", 260, HIGH),
    Life(_s.EXECUTION, "farm", "greenhouse", Z, 250, "front 60, sign 48, pay 40, pay 20, grid 8", 250, HIGH),
    Life(_s.EXECUTION, "storage", "storage", P, 700, "submit 92, accept 90, design 86, send 85, agree 80, approve 79, sign 72, pay 64, pay 34, ask_longer 3", 290, HIGH),
    Life(_s.EXECUTION, "56", "house", S, 30, "front 45, sign 34, pay 27", 140),
    Life(_s.EXECUTION, "estate", "hotel", Z, 12, "submit 60, accept 58, design 52, send 50, agree 44, approve 43, sign 36, pay 28", 280, SUN),
    Life(_s.INSPECTION, "fish", "fish", Z, 350, "front 84, sign 72, pay 65, pay 41, grid 10, own 3", 280, HIGH),
    Life(_s.METERING, "bakery", "bakery", P, 200, "front 76, sign 64, pay 57, pay 33, grid 12, own 9, pass 6", 120),
    Life(_s.METERING, "water", "pump", Z, 300, "front 78, sign 67, pay 60, pay 37, grid 14, own 11, pass 8, sign 5", 190, HIGH),
    Life(_s.ENERGISED, "clinic", "clinic", P, 180, "front 81, sign 70, pay 62, pay 40, grid 15, own 12, pass 9, sign 7, rtn 6, meter 4, energise 3", 110),
    Life(_s.COMPLETED, "stone", "quarry", S, 400, "front 212, dispute 198, answer_remarks 195, revise 194, send 193, approve 191, sign 185, pay 177, pay 150, pay 80, grid 120, own 118, fail 112, own 108, pass 106, sign 103, rtn 101, meter 98, energise 97, sign 93", 330, HIGH),
    Life(_s.COMPLETED, "trader:2", "cafe", P, 30, "front 78, sign 68, pay 60, grid 58, own 57, pass 54, sign 52, meter 50, energise 50, sign 47, pay 38, pay 3", 45, STALL),
    Life(_s.COMPLETED, "57", "house", Z, 15, "submit 24, accept 23, send 20, approve 19, fee 17", 30, NEW_OWNER),
    Life(_s.ANNULLED_NOT_SIGNED, "tower", "tower", S, 200, "front 62", 280, HIGH),
    Life(_s.TERMINATED, "estate", "hotel", Z, 200, "front 104, sign 92, pay 84, terminate 40", 170),
)  # fmt: skip
NETWORK = {
    "reason": "grid", "voltage_kv": "10", "points": "2", "design": "I квартал 2027", "landmark": "у поворота на карьер",
    "power_stages": [{"kw": "230", "quarter": "II квартал 2027", "design": "I квартал 2027"}, {"kw": "400", "quarter": "IV квартал 2027"}],
}  # fmt: skip
SHARED = {"reason": "redistribution", "partner_name": COMPANIES["shop"][0], "partner_inn": person("shop").inn,
          "partner_contract": "№ 7 от 12.08.2026"}  # fmt: skip
SURPLUS = {"generation_kw": "8", "generation_kind": "solar", "prior_kw": "15", "voltage_kv": "0.4"}
LONG = HIGH | {"works_years": "4", "points": "2"}
REST = (  # so that every one of the twelve categories has somebody; at the end: lots are drawn by the number of a life
    Life(_s.EXECUTION, "network", "substation", S, 630, "front 58, sign 47, pay 40", 280, NETWORK),
    Life(_s.METERING, "trader:1", "shop", P, 40, "front 62, sign 52, pay 44, pay 20, grid 12, own 10, pass 7", 60, SHARED),
    Life(_s.COMPLETED, "58", "solar", L, 0, "front 52, pay 45, pay 38, grid 30, meter 28, energise 27, fault 3", 25, SURPLUS),
    Life(_s.EXECUTION, "port", "pier", P, 800, "submit 70, accept 68, design 60, send 58, agree 50, approve 48, sign 40, pay 33", 900, LONG),
)  # fmt: skip
LIVES: tuple[Life, ...] = DRAFTS + CHECKED + ASKED + DESIGNED + OFFERED + BUILT + FINISHED + ENDED + SIGNED + REST
