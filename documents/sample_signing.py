"""Invented data of the protocol of signing, for tests and the bench."""

from typing import Any

_SHA = "9f2b6c0f4d1e8a7753b1c9e0a4d86f21b7c35e90d2a81f4466e7093bb5d2c81a"


def protocol(case: dict[str, Any]) -> dict[str, Any]:
    """The company sealed, the applicant signed by a code."""
    name = case["applicant"]["name"]
    papers = [
        {
            "seq": 1, "title": "Дополнительное соглашение к договору", "number": "000123/26-ДС1", "version": 1, "size": 84120,
            "sha256": _SHA, "sha256_after": _SHA, "streebog": _SHA[::-1],
        }
    ]  # fmt: skip
    parties = [
        {"name": "АО «Приозёрские электросети»", "side": "сетевая организация", "turn": 1, "state": "подписал",
         "at": "20.11.2026 10:00:00 (МСК)", "reason": ""},
        {"name": name, "side": "заявитель", "turn": 2, "state": "подписал", "at": "20.11.2026 12:31:07 (МСК)", "reason": ""},
    ]  # fmt: skip
    signatures = [
        {"name": "АО «Приозёрские электросети»", "method": "усиленная электронная подпись сетевой организации",
         "at": "20.11.2026 10:00:00 (МСК)", "papers": "№ 000123/26-ДС1", "evidence": ["печать: АО «Приозёрские электросети»"]},
        {"name": name, "method": "простая электронная подпись", "at": "20.11.2026 12:31:07 (МСК)", "papers": "№ 000123/26-ДС1",
         "evidence": ["код отправлен 20.11.2026 12:29:40 (МСК) на a***a@example.ru, письмо № 71", "соглашение, версия 1 от 01.01.2026"]},
    ]  # fmt: skip
    journal = [
        {"seq": 1, "at": "20.11.2026 10:00:00 (МСК)", "what": "пакет открыт", "who": "Feeder", "address": "", "hash": _SHA[:16]},
        {"seq": 2, "at": "20.11.2026 12:31:07 (МСК)", "what": "подписано", "who": name, "address": "203.0.113.7", "hash": _SHA[16:32]},
    ]  # fmt: skip
    told = {
        "envelope": 17, "number": "ТП-000123/26-П17", "title": "Дополнительное соглашение к договору",
        "opened": "20.11.2026 10:00:00 (МСК)", "completed": "20.11.2026 12:31:07 (МСК)", "bound_to": _SHA, "needed": 2, "ordered": True,
        "papers": papers, "parties": parties, "signatures": signatures, "journal": journal,
    }  # fmt: skip
    return {"protocol": told}
