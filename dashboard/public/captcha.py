"""Small riddles against programs: digits in a picture, a sum, a tick box. Works without scripts; an answer counts once.

The riddle travels sealed in the form and is kept nowhere; that it was used is noted among the counted attempts."""

import hashlib
import hmac
import io
import secrets
import time
from functools import cache
from pathlib import Path
from random import Random
from typing import NamedTuple

from fastapi import APIRouter
from fastapi.responses import Response
from PIL import Image, ImageDraw, ImageFont
from sqlmodel import Session

import documents
from infra import clock
from infra.database import database
from infra.settings import settings
from models.people import actions as people
from models.process.errors import Invalid, NotFound, TooMany

router = APIRouter()
LIFE = 30 * 60  # seconds
_SIZE = (200, 72)
_FONT = Path(documents.__file__).parent / "fonts" / "PTS75F.ttf"


class Riddle(NamedTuple):
    """`question` is "7 + 15" for a sum; a picture has an address."""

    kind: str  # picture | sum
    token: str
    question: str = ""

    @property
    def picture(self) -> str:
        return f"/captcha/{self.token}.png"


def fresh(kind: str) -> Riddle:
    return again(kind, _sealed(kind, f"{secrets.token_hex(8)}-{int(time.time()) + LIFE}"))


def again(kind: str, token: str) -> Riddle:
    """The same riddle as before, or a new one when it is not ours any more."""
    if not _ours(kind, token):
        return fresh(kind)
    first, second = _sum(token)
    return Riddle(kind, token, f"{first} + {second}" if kind == "sum" else "")


def check(session: Session, kind: str, token: str, typed: str) -> None:
    """Raises Invalid("captcha"): then `spend` the riddle. A right answer uses it up with the commit."""
    if not typed.strip():
        raise Invalid("captcha", "Write the answer")
    if not _ours(kind, token):
        raise Invalid("captcha", "This code is too old: a new one is given")
    try:
        people.count_attempt(session, "captcha", token.partition(".")[0], clock.now())
    except TooMany:
        raise Invalid("captcha", "This code was used already: a new one is given") from None
    if "".join(typed.split()) != answer(kind, token):
        raise Invalid("captcha", "The answer is wrong: a new one is given")


def spend(token: str) -> None:
    """A wrong answer uses the riddle up: in a transaction of its own, because that of the check was rolled back."""
    try:
        with database().transaction() as session:
            people.count_attempt(session, "captcha", token.partition(".")[0], clock.now())
    except TooMany:
        return


def answer(kind: str, token: str) -> str:
    if kind == "sum":
        return str(sum(_sum(token)))
    return f"{_number(token) % 10_000:04d}"


@router.get("/captcha/{token}.png")
def picture(token: str) -> Response:
    if not _ours("picture", token):
        raise NotFound
    return Response(_draw(answer("picture", token)), media_type="image/png", headers={"Cache-Control": "no-store"})


def _sum(token: str) -> tuple[int, int]:
    number = _number(token)
    return 2 + number % 8, 10 + number // 8 % 11


def _number(token: str) -> int:
    body = token.partition(".")[0]
    return int.from_bytes(
        hmac.new(settings().secret_key.encode(), b"riddle:" + body.encode(), hashlib.sha256).digest()[:8]
    )


def _sealed(kind: str, body: str) -> str:
    seal = hmac.new(settings().secret_key.encode(), f"captcha:{kind}:{body}".encode(), hashlib.sha256).hexdigest()[:32]
    return f"{body}.{seal}"


def _ours(kind: str, token: str) -> bool:
    body, _, _seal = token.partition(".")
    until = body.partition("-")[2]
    right = hmac.compare_digest(_sealed(kind, body).encode(), token.encode())
    return right and until.isdecimal() and int(until) > time.time()


@cache
def _font() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(_FONT), 46)


def _draw(digits: str) -> bytes:
    """Every digit turned and shifted, lines across: the picture is another one each time."""
    rng = Random(secrets.randbits(64))  # noqa: S311 - only the look
    picture = Image.new("L", _SIZE, 255)
    for place, digit in enumerate(digits):
        layer = Image.new("L", (60, 66), 0)
        ImageDraw.Draw(layer).text((14, 4), digit, font=_font(), fill=rng.randint(200, 255))
        turned = layer.rotate(rng.randint(-24, 24), resample=Image.Resampling.BICUBIC)
        where = (place * 44 + rng.randint(2, 12), rng.randint(-2, 8))
        picture.paste(30, (*where, where[0] + 60, where[1] + 66), turned)
    draw = ImageDraw.Draw(picture)
    for _ in range(5):
        ends = [rng.randint(0, _SIZE[0]), rng.randint(0, _SIZE[1]), rng.randint(0, _SIZE[0]), rng.randint(0, _SIZE[1])]
        draw.line(ends, fill=rng.randint(60, 150), width=2)
    draw.point([(rng.randint(0, _SIZE[0]), rng.randint(0, _SIZE[1])) for _ in range(500)], fill=90)
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()
