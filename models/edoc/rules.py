"""What may be done with a customer's own document, and in which state. Pure."""

from models.edoc.tables import EdocKind, EdocState
from models.process.errors import IllegalMove, NotReady
from models.process.words import N_

LARGEST = 10 * 1024 * 1024
DOCUMENT_KIND = "own"  # of its row among papers; models.document.queries.OWN

STATE_NAMES = {
    EdocState.REGISTERED: N_("registered, not signed"),
    EdocState.SIGNING: N_("being signed"),
    EdocState.SIGNED: N_("signed by both sides"),
    EdocState.RETURNED: N_("not signed: declined"),
    EdocState.DELETED: N_("deleted"),
}
KIND_NAMES = {
    EdocKind.LETTER: N_("letter"),
    EdocKind.METER_STATEMENT: N_("statement of meter readings (ПРОМ10)"),
    EdocKind.AGREEMENT: N_("agreement on documents with an electronic signature"),
    EdocKind.OTHER: N_("other document"),
}
VERBS = {  # verb → (its name, from which states, to which; None: it stays)
    "send": (N_("Sign the document"), frozenset({EdocState.REGISTERED}), EdocState.SIGNING),
    "delete": (N_("Delete the document"), frozenset({EdocState.REGISTERED}), EdocState.DELETED),
    "counter": (N_("Counter-sign"), frozenset({EdocState.SIGNING}), None),
    "return": (N_("Send back"), frozenset({EdocState.SIGNING}), None),
    "complete": (N_("Complete"), frozenset({EdocState.SIGNING}), EdocState.SIGNED),
    "give_up": (N_("End as declined"), frozenset({EdocState.SIGNING}), EdocState.RETURNED),
}
SIGNED_ALREADY = N_("A document that somebody has signed is never deleted")


def allow(verb: str, state: str) -> EdocState | None:
    """The state after the verb. Raises IllegalMove, NotReady."""
    name, sources, target = VERBS[verb]
    if verb == "delete" and state in (EdocState.SIGNING, EdocState.SIGNED, EdocState.RETURNED):
        raise NotReady(why=SIGNED_ALREADY)
    if state not in sources:
        raise IllegalMove(move=name, stage=STATE_NAMES[EdocState(state)])
    return target


def may(verb: str, state: str) -> bool:
    return state in VERBS[verb][1]
