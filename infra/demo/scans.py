"""Pictures that stand for what applicants attach: a sheet that says what it would be, as PDF. Nobody's papers."""

import io
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FONTS = Path(__file__).parents[2] / "documents" / "fonts"
WIDTH, HEIGHT = 620, 877  # A4 at 75 dots an inch
KINDS = {
    "identity": ("passport.pdf", "Паспорт гражданина Российской Федерации"),
    "register": ("egrul.pdf", "Выписка из ЕГРЮЛ"),
    "title": ("egrn.pdf", "Выписка из Единого государственного реестра недвижимости"),
    "plan": ("plan.pdf", "План расположения энергопринимающих устройств"),
    "social": ("spravka.pdf", "Справка о праве на социальную ставку"),
    "generation": ("shema.pdf", "Схема присоединения солнечной станции"),
    "diagram": ("shema-el.pdf", "Однолинейная схема электрических соединений"),
    "output_scheme": ("vydacha.pdf", "Схема выдачи мощности"),
    "redistribution": ("soglashenie.pdf", "Соглашение о перераспределении мощности"),
    "earlier": ("akt-staryi.pdf", "Акт об осуществлении технологического присоединения"),
    "signed": ("podpisano.pdf", "Подписанный экземпляр"),
    "reply": ("dopolnenie.pdf", "Дополнительные сведения к заявке"),
}


def scan(kind: str, lines: list[str]) -> tuple[str, bytes]:
    """(file name, one-page PDF). The same words give the same bytes."""
    name, title = KINDS[kind]
    sheet = Image.new("L", (WIDTH, HEIGHT), 252)
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((30, 30, WIDTH - 30, HEIGHT - 30), outline=150)
    pen.text((60, 70), title, font=_font("PTS75F.ttf", 19), fill=20)
    for number, line in enumerate(lines):
        pen.text((60, 130 + number * 34), line, font=_font("PTS55F.ttf", 16), fill=50)
    if kind in ("plan", "generation"):
        _sketch(pen)
    pen.text(
        (60, HEIGHT - 90), "Образец для демонстрации, не является документом", font=_font("PTS55F.ttf", 14), fill=140
    )
    made = io.BytesIO()
    sheet.save(made, "PDF", resolution=75, quality=55, creationDate=None, modDate=None)
    return name, made.getvalue()


def _sketch(pen: ImageDraw.ImageDraw) -> None:
    pen.rectangle((120, 420, 500, 720), outline=90, width=2)
    pen.rectangle((190, 490, 340, 620), outline=60, width=3)
    pen.line((60, 400, 560, 400), fill=120, width=2)
    pen.line((480, 400, 480, 450, 340, 520), fill=60, width=2)
    for place, word in (((200, 545), "дом"), ((430, 455), "ввод"), ((250, 375), "ВЛИ-0,4 кВ")):
        pen.text(place, word, font=_font("PTS55F.ttf", 15), fill=60)


@cache
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / name, size)
