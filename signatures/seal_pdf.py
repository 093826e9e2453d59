"""A signature into a PDF (PAdES-B-B), with a visible stamp or without a mark on the page. The bytes before it stay as they are: an
addition at the end."""

import hashlib
import io
from datetime import datetime
from typing import Any

from pyhanko.pdf_utils import generic as pdf_objects
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import InvisSigSettings, SigFieldSpec, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import SignatureObject

from models.process.words import N_
from signatures import cades, digests, stamp
from signatures.seal import Seal
from signatures.verdict import Unusable

generic: Any = pdf_objects  # its constructors carry no types
pdf_name, pdf_string = generic.pdf_name, generic.pdf_string
MARGIN = (14, 40, 62, 240)  # points on A4: the binding margin of the last page, where no text stands
TITLE = "ДОКУМЕНТ ПОДПИСАН УСИЛЕННОЙ ЭЛЕКТРОННОЙ ПОДПИСЬЮ"
_UNSEEN = InvisSigSettings(set_print_flag=True, set_hidden_flag=False, box_out_of_bounds=True)
_Box = tuple[int, int, int, int]
_RESERVED = 6 << 10  # bytes for the signature, before its hexadecimal doubling
_ROOM_FOR_ATTRIBUTES = 3 << 10


class _Addition(IncrementalPdfFileWriter):
    """What the file says of itself stays as it is: its title, its day, and that it is PDF/A."""

    def _update_meta(self) -> None:
        """Nothing: the library would write the present second and its own name, and lay the whole XMP anew."""


def seal_pdf(pdf: bytes, seal: Seal, at: datetime, box: _Box | None = MARGIN) -> bytes:
    """`at` is aware; `box` in points from the left bottom corner of the last page. None: a field of no size outside the page, which
    neither PDF/A-2 (6.3.3: no appearance) nor PDF/UA-1 (7.18.1: no tag) asks anything of. Raises Unusable."""
    at = at.replace(microsecond=0)
    try:
        writer = _Addition(io.BytesIO(pdf))
        if writer.prev.encrypted:
            raise Unusable(N_("The PDF is encrypted: it cannot be sealed"))
        _fix_number(writer, pdf, at)
        return _write(writer, seal, at, box)
    except (PdfError, ValueError, KeyError, IndexError) as error:
        raise Unusable(N_("The PDF cannot be sealed")) from error


def _fix_number(writer: Any, pdf: bytes, at: datetime) -> None:
    """The file's number follows from its content, so that a retry makes the same file."""
    number = generic.ByteStringObject(hashlib.sha256(pdf + at.isoformat().encode()).digest()[:16])
    kept = writer._document_id[0] if "/ID" in writer.prev.trailer else number
    writer._document_id = generic.ArrayObject([kept, number])


def _write(writer: Any, seal: Seal, at: datetime, box: _Box | None) -> bytes:
    name = f"Seal{sum(1 for _ in enumerate_sig_fields(writer)) + 1}"
    place = SigFieldSpec(name, on_page=-1, box=box, invis_sig_settings=_UNSEEN)
    steps = PdfCMSEmbedder(new_field_spec=place).write_cms(name, writer)
    _show(writer, next(steps).get_object(), seal, box)
    maker = seal.maker
    reserved = max(_RESERVED, sum(map(len, seal.chain)) + _ROOM_FOR_ATTRIBUTES)
    holder = SignatureObject(
        at, subfilter=SigSeedSubFilter.PADES, name=seal.owner, bytes_reserved=2 * reserved, reason=None
    )
    steps.send(SigObjSetup(sig_placeholder=holder))
    prepared, output = steps.send(SigIOSetup(md_algorithm="sha256"))
    whole = output.getbuffer()
    signed = digests.new(maker.digest)
    signed.update(bytes(whole[: prepared.reserved_region_start]))
    signed.update(bytes(whole[prepared.reserved_region_end :]))
    whole.release()
    prepared.fill_with_cms(output, cades.build(signed.digest(), maker, seal.chain, None))
    made: bytes = output.getvalue()
    return made


def _show(writer: Any, field: Any, seal: Seal, box: _Box | None) -> None:
    """The picture, and the same words for readers who do not see it."""
    lines = told(seal)
    field[pdf_name("/TU")] = pdf_string(". ".join([TITLE.capitalize(), *lines]))
    if box is not None:
        field[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): _picture(writer, lines, box)})
    writer.update_container(field)


def _picture(writer: Any, lines: list[str], box: _Box) -> Any:
    wide, high = box[2] - box[0], box[3] - box[1]
    form = generic.StreamObject(stream_data=stamp.draw(TITLE, lines, wide, high))
    form.update({pdf_name("/Type"): pdf_name("/XObject"), pdf_name("/Subtype"): pdf_name("/Form")})
    form[pdf_name("/BBox")] = generic.ArrayObject(generic.NumberObject(n) for n in (0, 0, wide, high))
    form[pdf_name("/Resources")] = generic.DictionaryObject()
    form.compress()
    return writer.add_object(form)


def told(seal: Seal) -> list[str]:
    """Owner, number, validity. Source: ГОСТ Р 7.0.97-2016, 5.23."""
    certificate = seal.certificate
    first, last = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    return [
        f"Сертификат {seal.number}",
        f"Владелец {seal.owner}",
        f"Действителен с {first:%d.%m.%Y} по {last:%d.%m.%Y}",
    ]
