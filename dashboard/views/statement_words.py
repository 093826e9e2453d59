"""Words and cells of statements and returns. No Streamlit, no database."""

from dashboard import parts
from dashboard.views.desk_parts import moment
from documents.wording import money
from infra.wording import N_, _
from models.payment.ledger_tables import Refund, RefundState, StatementState
from models.payment.matching import REASONS

STATES: dict[str, tuple[str, str]] = {
    StatementState.CREDITED: ("done", N_("credited")),
    StatementState.PROPOSED: ("soon", N_("to confirm")),
    StatementState.UNMATCHED: ("late", N_("unknown")),
    StatementState.SENT_BACK: ("closed", N_("sent back")),
    StatementState.OUTGOING: ("closed", N_("our own payment")),
}
REFUND_STATES: dict[str, tuple[str, str]] = {
    RefundState.PROPOSED: ("soon", N_("waits for a second person")),
    RefundState.ORDERED: ("work", N_("on its way to the bank")),
    RefundState.TRANSFER: ("soon", N_("to be sent by a payment order")),
    RefundState.DONE: ("done", N_("returned")),
    RefundState.REFUSED: ("late", N_("refused")),
}


def bank_word(state: str) -> str:
    chip, word = STATES[state]
    return parts.chip(chip, _(word))


def refund_word(state: str) -> str:
    chip, word = REFUND_STATES[state]
    return parts.chip(chip, _(word))


def reasons(keys: str) -> str:
    """'номер счёта, сумма ближайшей части'. What a person wrote himself stays as it is."""
    return ", ".join(_(REASONS.get(key, key)) for key in keys.split(",") if key)


def refund_rows(row: Refund, numbers: dict[int, str]) -> list[str]:
    return [
        parts.opener(numbers.get(row.application_id, "")),
        refund_word(row.state),
        parts.esc(money(row.amount)),
        parts.esc(moment(row.ordered_at)),
        parts.esc(row.ground),
        parts.esc(row.error),
    ]
