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
    "diagram": N_("Single-line diagram of the devices"),
    "output_scheme": N_("Scheme of power output"),
    "redistribution": N_("Agreement on the redistribution of power"),
    "earlier": N_("Earlier papers of the connection"),
    "registry": N_("Extract from the register"),
    "signed": N_("Signed copy"),
    "rtn": N_("Paper of Rostekhnadzor"),
    "reply": N_("Missing information"),
    "field_photo": N_("Photo of the inspection"),
    "message": N_("Attached to a message"),
}

EVENTS = {  # what of the history concerns the applicant, as what was done; the rest happens inside the grid company
    "submit": N_("The application is sent"),
    "register": N_("The application is registered"),
    "deliver_notice": N_("The notice of missing information is placed"),
    "supply_info": N_("The missing information is sent"),
    "corrected": N_("The data are corrected"),
    "accept": N_("The papers are accepted as complete"),
    "return": N_("The application was returned"),
    "redirect": N_("The application was redirected to another grid company"),
    "place_offer": N_("The contract, the conditions and the invoice are placed"),
    "refuse_offer": N_("The refusal with demands is sent"),
    "conclude": N_("The contract is concluded by payment"),
    "send_contract": N_("The draft contract and the conditions are sent to be signed"),
    "raise_remarks": N_("The protocol of disagreements is sent"),
    "conclude_signed": N_("The contract is concluded by signatures"),
    "annul_not_signed": N_("The application was annulled: the contract was not signed in time"),
    "place_tu_act": N_("The act on the conditions is placed to be signed"),
    "note_tu_act": N_("The act on the conditions is signed"),
    "record_rtn": N_("The paper of Rostekhnadzor is written down"),
    "place_act": N_("The act of connection is placed to be signed"),
    "complete_signed": N_("The act of connection is signed by both"),
    "complete_reissue": N_("The documents are issued again"),
    "report_fault": N_("The hidden fault is told"),
    "remove_fault": N_("The fault is removed"),
    "ask_change": N_("A change of the contract is asked"),
    "accept_change": N_("The change of the contract is agreed"),
    "decline_change": N_("The change of the contract is declined"),
    "cancel_change": N_("The change of the contract is given up"),
    "remake_change": N_("The agreement on the change is made anew"),
    "effect_change": N_("The agreement is in force"),
    "terminate_agreed": N_("The contract is ended by agreement"),
    "report_grid_works": N_("The works of the grid company are done"),
    "report_own_works": N_("Your works are reported as done"),
    "pass_inspection": N_("The inspection is passed"),
    "fail_inspection": N_("The inspection has found remarks"),
    "admit_meter": N_("The meter is admitted"),
    "visit_proposed": N_("A time of the visit is proposed"),
    "visit_agreed": N_("The time of the visit is agreed"),
    "visit_moved": N_("Another time of the visit is taken"),
    "visit_called_off": N_("The visit is called off"),
    "energise": N_("Voltage is supplied"),
    "complete": N_("The closing papers are placed"),
    "remark": N_("The remarks are sent"),
    "remove_remarks": N_("The remarks are removed"),
    "withdraw": N_("The application is withdrawn"),
    "annul_no_info": N_("The application was annulled: the information did not come in time"),
    "annul_no_payment": N_("The application was annulled: the invoice was not paid in time"),
    "terminate": N_("The contract was terminated"),
    "suspend": N_("The terms are suspended"),
    "resume": N_("The terms go on"),
}


def event_words(tag: str) -> str:
    """'cabinet:connection:submit' → words, or nothing for what does not concern him."""
    name = tag.rsplit(":", 1)[-1]
    return _(EVENTS[name]) if name in EVENTS else ""


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
