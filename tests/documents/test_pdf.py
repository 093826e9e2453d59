"""Characters without a glyph never stop issuing: they are named."""

import pytest

from documents import pdf
from documents.issue import Kind, render
from documents.sample import sample
from tests.documents import check


def test_a_character_without_a_glyph_is_named() -> None:
    assert pdf.showable("漢 ₽ ё 😀") == "‹U+6F22› ₽ ё 😀"


def test_joiners_and_selectors_without_a_glyph_are_silent() -> None:
    assert pdf.showable("я\U000e0101я") == "яя"


@pytest.mark.parametrize("name", ["Иван 😀", "👨‍👩‍👧", "漢字", "𓀀", "\U0010fffe", "e\u0301\u0302\u0327", "नमस्ते", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"])
def test_no_name_stops_issuing(name: str) -> None:
    data = sample(Kind.GUIDE)
    data["applicant"]["name"] = f"Смирнова {name}"
    made = render(Kind.GUIDE, data)
    assert check.archive(made.pdf) == []
    assert "Смирнова" in check.pdf_text(made.pdf)


def test_fonts_are_shipped_with_their_licences_and_stay_small() -> None:
    fonts, licences = list(pdf.FONTS.glob("*.ttf")), list(pdf.FONTS.glob("LICENSE-*.txt"))
    assert len(fonts) == 8
    assert len(licences) == 3
    assert sum(file.stat().st_size for file in (*fonts, *licences)) < 4_000_000
