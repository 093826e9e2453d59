"""What a person sees when something goes wrong: business errors say what to do, anything else is calm and numbered."""

from collections.abc import Callable

from dashboard import incident, parts
from dashboard.utility import utility
from infra.database import is_outage
from infra.wording import _
from models.process.errors import FeederError, ManyInvalid, Outage


def sentence_of(error: FeederError) -> str:
    """The error in the reader's language."""
    text = _(error.template)
    facts = {name: _(fact) if isinstance(fact, str) else fact for name, fact in error.facts.items()}
    return text % facts if facts else text


def lines_of(error: FeederError) -> list[str]:
    """The single faults of a form."""
    return [sentence_of(e) for e in error.errors] if isinstance(error, ManyInvalid) else []


def guarded(page: Callable[[], None], name: str) -> None:
    """Run a page. Streamlit's own control flow (rerun, stop) is no Exception and passes through."""
    try:
        page()
    except Exception as error:  # noqa: BLE001 - the one place where a page's fault ends
        show_fault(error, name)


def show_fault(error: Exception, name: str) -> None:
    if isinstance(error, FeederError):
        parts.error_box(sentence_of(error), lines_of(error))
    elif isinstance(error, Outage) or is_outage(error):
        parts.error_box(_("The service is away for a moment"), note=_("Nothing is lost. Try again in a minute."))
    else:
        number = incident.record(error, f"page {name}")
        parts.error_box(
            _("Something broke on our side"),
            note=_("Try once more. If it happens again, tell us the number %(number)s: %(phone)s.")
            % {"number": number, "phone": utility().phone},
        )


def on_script_error(error: Exception) -> bool:
    """For st.App: faults of callbacks, which run before the page. True: Streamlit shows nothing of its own."""
    show_fault(error, "callback")
    parts.ready()
    return True
