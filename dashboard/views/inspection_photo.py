"""Photos of the field: shrunk, turned upright, freed of everything a camera writes into a file but the time of the shot.

A picture never keeps where it was taken or by which device. The original is not stored."""

import io
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from PIL import Image, ImageOps, UnidentifiedImageError

from dashboard import files, session
from infra import storage
from models.connection.moving import lock
from models.document import actions as documents
from models.document.tables import Attachment
from models.process.errors import Invalid
from models.visit.rules import PHOTOS

KIND = "field_photo"
LARGEST = 20  # MB of one file as it comes from the phone
SIDE = 1600  # pixels of the longer side as it is kept
PIXELS = 80_000_000  # more is no photo of a phone
QUALITY = 80
_EXIF_IFD, _TAKEN, _CHANGED = 0x8769, 0x9003, 0x0132
_STAMP = "%Y:%m:%d %H:%M:%S"


@dataclass(frozen=True)
class Shot:
    """A photo ready to be kept; `taken` is the camera's own local time, nothing when it told none."""

    data: bytes
    taken: datetime | None


def shrink(data: bytes, name: str) -> Shot:
    """JPEG, the longer side SIDE pixels at most. Raises Invalid("photo") for what is no picture."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as picture:
                return _made(picture, name)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as fault:
        raise Invalid(
            "photo", "«%(name)s» is not a photo that can be read: take it as JPG or PNG", name=name
        ) from fault
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as fault:
        raise _too_large(name) from fault


def _too_large(name: str) -> Invalid:
    return Invalid("photo", "«%(name)s» is larger than a photo of a phone can be: take it smaller", name=name)


def _made(picture: Image.Image, name: str) -> Shot:
    if picture.width * picture.height > PIXELS:
        raise _too_large(name)
    taken = taken_at(picture)
    picture.draft("RGB", (SIDE, SIDE))  # a JPEG is then decoded small at once
    upright = ImageOps.exif_transpose(picture).convert("RGB")
    upright.thumbnail((SIDE, SIDE))
    kept = Image.Exif()
    if taken is not None:
        kept[_CHANGED] = taken.strftime(_STAMP)
        kept.get_ifd(_EXIF_IFD)[_TAKEN] = taken.strftime(_STAMP)
    out = io.BytesIO()
    clean = Image.new("RGB", upright.size)
    clean.paste(upright)
    clean.save(out, "JPEG", quality=QUALITY, optimize=True, exif=kept)
    return Shot(out.getvalue(), taken)


def taken_at(picture: Image.Image) -> datetime | None:
    """The time that the camera wrote, without a zone."""
    found = picture.getexif()
    text = found.get_ifd(_EXIF_IFD).get(_TAKEN) or found.get(_CHANGED)
    try:
        return datetime.strptime(str(text).strip("\x00 "), _STAMP)  # noqa: DTZ007 - a camera knows no zone
    except ValueError:
        return None


def take(
    case_id: int, uploads: Sequence[files.Upload], have: int, zone: ZoneInfo, kind: str = KIND
) -> tuple[list[dict[str, object]], list[Invalid]]:
    """Keep photos: rows {id, what, taken} for the sheet, and what is wrong with the others. `have`: how many it has."""
    rows: list[dict[str, object]] = []
    faults: list[Invalid] = []
    for upload in uploads:
        try:
            if have + len(rows) >= PHOTOS:
                raise Invalid("photo", "A sheet takes %(limit)s photos at most: take one out first", limit=PHOTOS)
            rows.append(_take(case_id, upload, zone, kind))
        except Invalid as fault:
            if str(fault) not in {str(f) for f in faults}:
                faults.append(fault)
    return rows, faults


def _take(case_id: int, upload: files.Upload, zone: ZoneInfo, kind: str) -> dict[str, object]:
    name = files.clean_name(upload.name)
    if upload.size > LARGEST * 1024 * 1024:
        raise _too_large(name)
    shot = shrink(upload.getvalue(), name)
    key = storage.storage().put(shot.data)
    with session.acting() as (db, actor, now):
        lock(db, case_id, actor)
        moment = shot.taken or now.astimezone(zone).replace(tzinfo=None)
        title = f"Снимок {moment:%d.%m.%Y %H-%M-%S}.jpg"
        row = documents.attach(
            db, case_id, actor, now, kind=kind, name=title, media_type="image/jpeg", size=len(shot.data), sha256=key,
            key=key,
        )  # fmt: skip
        return {"id": row.id, "what": "", "taken": f"{moment:%Y-%m-%dT%H:%M}", "camera": shot.taken is not None}


def drop(case_id: int, attachment_id: int) -> None:
    """Take a photo off a sheet that is not sent yet."""
    with session.acting() as (db, actor, now):
        lock(db, case_id, actor)
        row = db.get(Attachment, attachment_id)
        if row is not None and row.application_id == case_id and row.kind == KIND and row.removed_at is None:
            documents.remove_attachment(db, row, now)
