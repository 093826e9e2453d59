"""A preview draws one page of what somebody sent; what cannot be drawn is said so and breaks nothing."""

import io

import pikepdf
import pytest
from PIL import Image

from documents import preview

PNG = b"\x89PNG\r\n\x1a\n"


def pdf(pages: int) -> bytes:
    made, out = pikepdf.new(), io.BytesIO()
    for _page in range(pages):
        made.add_blank_page()
    made.save(out)
    return out.getvalue()


def picture(kind: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize(("asked", "pages"), [(1, 1), (2, 3), (99, 3), (0, 3)])
def test_a_page_of_a_pdf_becomes_a_picture(asked: int, pages: int) -> None:
    found = preview.page(pdf(pages), "application/pdf", asked)
    assert found.pages == pages
    assert found.png is not None
    assert found.png.startswith(PNG)


@pytest.mark.parametrize(("kind", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg")])
def test_a_picture_is_drawn_anew(kind: str, media_type: str) -> None:
    given = picture(kind)
    found = preview.page(given, media_type).png
    assert found is not None
    assert found.startswith(PNG)
    assert found != given


@pytest.mark.parametrize("media_type", ["application/pdf", "image/png", "image/jpeg", "application/msword"])
def test_what_cannot_be_drawn_is_nothing(media_type: str) -> None:
    assert preview.page(b"%PDF-1.7 nothing", media_type).png is None


def test_a_picture_too_large_to_draw_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview, "MOST_PIXELS", 1000)
    assert preview.page(picture("PNG"), "image/png").png is None
