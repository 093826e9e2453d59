"""Data that people could type and that must come out as typed: markup of four languages, scripts, controls, sizes."""

from typing import Any

from documents.sample import Who, sample

NAME = (
    "#Иван $x$ *жирный* _курсив_ {{7*7}} {% raw %} <b>&amp; \"кавычки\" 'апостроф' \\ [ссылка](#grid) `код` | ячейка // @ref ~ -- "
    "::: qr ~~нет~~ <sub> — 😀🏠👨‍👩‍👧 שלום عبد الله 漢字 \u202eобман\u202c \x07конец \ud800 \ue000 𓀀"
)
PLACE = '1. Список\n2. Второй\n\n# Заголовок\n---\n| a | b |\n#set page(fill: red)\n#read("/etc/passwd")'
LONG = ("# Длинный адрес, *корпус* $1$ <i>; " * 150)[:5000]
LITERAL = (
    "#Иван $x$ *жирный* _курсив_ {{7*7}} {% raw %} <b>&amp; \"кавычки\" 'апостроф' \\ [ссылка](#grid) `код` | ячейка // @ref ~ -- ",
    "::: qr ~~нет~~ <sub> —",
    '1. Список 2. Второй # Заголовок --- | a | b | #set page(fill: red) #read("/etc/passwd")',
)
_TEXTS = ("what", "how", "post", "element", "place", "value", "mark", "required", "ground")


def hostile(kind: str, who: Who) -> dict[str, Any]:
    data = sample(kind, who)
    data["applicant"] |= {"name": NAME, "full": NAME, "address": LONG}
    data["object"] |= {"address": PLACE, "name": "> ", "devices": "*", "branch": "```"}
    data["signers"] = [{**signer, "name": "{{ org }} *_* <w:t>", "post": NAME[:60]} for signer in data["signers"]]
    for group in data.values():
        _spoil(group)
    return data


def _spoil(value: Any) -> None:
    """The first row of every list gets a hostile word in its texts."""
    for rows in value.values() if isinstance(value, dict) else [value]:
        if isinstance(rows, list) and rows and isinstance(rows[0], dict) and "stamp" not in rows[0]:
            rows[0].update(
                {key: f"| *{rows[0][key]}* #let x = 1 ::: </w:p> {{{{ x }}}}" for key in _TEXTS if key in rows[0]}
            )
