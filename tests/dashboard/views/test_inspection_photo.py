"""A photo is made smaller, upright and free of everything but the time it was taken."""

import io
from datetime import datetime

import pytest
from PIL import Image

from dashboard.views import inspection_photo as photo
from models.process.errors import Invalid


def picture(size: tuple[int, int] = (4000, 3000), form: str = "JPEG", **tags: str) -> bytes:
    """As a phone makes it: lying on its side, with place, device and time."""
    made, out = Image.new("RGB", size, (200, 120, 40)), io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "Phone of Ivan"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (60.0, 41.0, 2.0)
    exif.get_ifd(0x8769)[0x9003] = tags.get("taken", "2026:11:22 11:20:05")
    made.save(out, form, exif=exif)
    return out.getvalue()


def kept(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(photo.shrink(data, "a.jpg").data))


def test_it_is_shrunk_and_turned_upright() -> None:
    before = picture()
    after = kept(before)
    assert after.size == (1200, 1600)
    assert after.format == "JPEG"


def test_nothing_is_left_of_the_exif_but_the_time() -> None:
    exif = kept(picture()).getexif()
    assert dict(exif.get_ifd(0x8825)) == {}
    assert set(exif) <= {0x0132, 0x8769}
    assert dict(exif.get_ifd(0x8769)) == {0x9003: "2026:11:22 11:20:05"}
    assert b"Ivan" not in photo.shrink(picture(), "a.jpg").data
    assert b"Ivan" in picture(), "the twin: the original says it"


def test_the_time_of_the_camera_is_told() -> None:
    assert photo.shrink(picture(), "a.jpg").taken == datetime(2026, 11, 22, 11, 20, 5)
    assert photo.shrink(picture(taken="0000:00:00 00:00:00"), "a.jpg").taken is None


def test_a_small_picture_stays_as_large_as_it_is() -> None:
    assert kept(picture((300, 200))).size == (200, 300)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"\xff\xd8\xff\xe0 no picture", picture()[:3000]])
def test_what_is_no_photo_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid, match="not a photo"):
        photo.shrink(data, "a.jpg")


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    out = io.BytesIO()
    Image.new("1", (12_000, 9_000)).save(out, "PNG")
    with pytest.raises(Invalid, match="larger than"):
        photo.shrink(out.getvalue(), "a.png")
