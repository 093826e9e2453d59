"""Words that several pages of the cabinet share: sizes and kinds of files, names of files an applicant sent."""

from documents.wording import NBSP, figure
from infra.wording import _
from models.document.actions import MEDIA_TYPES
from models.process.words import N_

KINDS = {
    "identity": N_("Paper of identity"),
    "title": N_("Right to the land or the building"),
    "plan": N_("Plan of the devices on the plot"),
    "authority": N_("Power of attorney"),
    "social": N_("Paper of the social ground"),
    "generation": N_("Scheme of the generating device"),
    "reply": N_("Missing information"),
    "message": N_("Attached to a message"),
}


def size_words(value: int) -> str:
    """'61 КБ', '1,2 МБ'"""
    if value >= 1 << 20:
        return _("%(count)s MB") % {"count": figure(round(value / (1 << 20), 1))}
    return _("%(count)s KB") % {"count": max(1, round(value / 1024))}


def type_words(media_type: str) -> str:
    """'PDF', 'JPEG'"""
    return MEDIA_TYPES.get(media_type, media_type)


def file_note(media_type: str, size: int) -> str:
    return f"{type_words(media_type)}, {size_words(size)}".replace(" ", NBSP)


def kind_words(kind: str) -> str:
    return _(KINDS[kind]) if kind in KINDS else kind
