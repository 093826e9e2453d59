"""QR codes of papers: one matrix for both writers, and the payment text of a Russian bank invoice. Draws nothing itself."""

import io
from functools import lru_cache
from typing import Any

import segno

from documents.marks import clean
from documents.wording import kopecks

_LIMITS = {"Name": 160, "BankName": 45, "Purpose": 210}  # ГОСТ Р 56042-2014, characters
_LIMIT = 60  # of every other value: a payer's name of any length must not overflow the code


@lru_cache(maxsize=256)
def code(payload: str, encoding: str) -> segno.QRCode:
    """Making it is the dearest step of an invoice: both writers share it."""
    return segno.make(payload, error="m", encoding=encoding, micro=False, boost_error=False)


def svg(payload: str, encoding: str) -> str:
    return str(code(payload, encoding).svg_inline(border=0, dark="#000", light="#fff", omitsize=True))


def png(payload: str, encoding: str) -> bytes:
    made = io.BytesIO()
    code(payload, encoding).save(made, kind="png", scale=6, border=0)
    return made.getvalue()


def payment_qr(data: dict[str, Any]) -> str:
    """ST00012 text for `invoice.pay_now` roubles. Source: ГОСТ Р 56042-2014; UTF-8, the sum in kopecks.

    `data` is the data of an invoice (org, bank, applicant, invoice). The separator may not stand inside a value.
    """
    org, bank, invoice = data["org"], data["bank"], data["invoice"]
    fields = {
        "Name": org["full_short"], "PersonalAcc": bank["account"], "BankName": bank["name"], "BIC": bank["bic"],
        "CorrespAcc": bank["corr"], "PayeeINN": org["inn"], "KPP": org["kpp"],
        "Sum": str(int(kopecks(invoice["pay_now"]) * 100)), "Purpose": invoice["purpose"], **_payer(data["applicant"]),
    }  # fmt: skip
    return "ST00012|" + "|".join(f"{name}={_value(name, text)}" for name, text in fields.items())


def _payer(applicant: dict[str, Any]) -> dict[str, str]:
    if applicant["kind"] != "individual":
        return {"PayerINN": applicant["inn"]}
    return dict(zip(("LastName", "FirstName", "MiddleName"), applicant["name"].split(maxsplit=2), strict=False))


def _value(name: str, text: str) -> str:
    plain = " ".join(clean(text).replace("₽", "руб.").replace("|", "/").split())
    return plain[: _LIMITS.get(name, _LIMIT)]
