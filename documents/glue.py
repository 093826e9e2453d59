"""Which spaces of a paper may not break at a line end, by the habits of Russian typesetting. Changes spaces only, never letters."""

import re

NBSP = "\u00a0"
SOFT_GLUE = (
    "\ue002"  # after a short word: the PDF glues it, Word does not, because a no-break space there never stretches
)

_UNITS = r"(?:кВт|кВ|кВА|Вт|В|А|м|км|мм²?|см|Гц|%|₽|руб|г\.|коп|лет|года?|ч|Ом|мА|мм|МБ)(?!\w)"
_PAIRS = (  # left part, right part
    (r"[№§]", r"\S"),
    (r"\b(?:[гпсдул]|ул|пер|рп|кв|пр|оф|пп|стр|тел|корр|уч|обл|наб)\.", r"[\w«№]"),
    (r"\d", _UNITS),
    (r"\b[А-ЯЁ]\.", r"[А-ЯЁ]"),
    (r"\b(?:ФЗ|ГОСТ|ПУЭ|п|пункт[ауеом]*)", r"[№\dР]"),
    (r"\b(?:ОГРН|ОГРНИП|ИНН|КПП|БИК|НДС|СНИЛС|код|счёт|статья|класс)", r"\d"),
    (r"\d", r"\d{3}(?!\d)"),
    (r"[А-Яа-яё],", r"(?:₽|кВт|кВ)(?!\w)"),
    (r"", r"[—–×]"),
)
_GLUED = tuple(re.compile(f"({left}) (?={right})") for left, right in _PAIRS)
_SHORT = "вксоуиаяВКСОУИАЯ"
_SHORT_WORD = re.compile(rf"(?<!\w)([{_SHORT}]|на|по|не|от|до|из|за|об|ко|во|со|На|По|Не|От|До|Из|За|Об) (?=\S)")


def tight(text: str) -> str:
    """'№ 5 от 2 кВт' with the spaces that must hold made no-break."""
    for pattern in _GLUED:
        text = pattern.sub(f"\\1{NBSP}", text)
    return _SHORT_WORD.sub(f"\\1{SOFT_GLUE}", text)
