"""The fields of an application's draft, made from the form itself: what the pages ask and what programs send is one list."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, create_model

from dashboard.api.v1.shapes import Sent, Short, _storable
from dashboard.views.filing_asks import Ask, Kind
from dashboard.views.filing_words import STEPS, asks_of
from models.connection.form import PASSPORT_FIELDS
from models.people.tables import PersonKind
from models.process.words import N_

_ANY_DAY = date(2026, 1, 1)  # which quarters are offered depends on the day; the list of fields does not
_MOST_OPTIONS = 11  # longer ones are quarters: an example says more
_STAGES = 6
ONE_OF = N_("One of:")


def _asks() -> Iterator[Ask]:
    """Every field that any kind of applicant may be asked, once."""
    seen: set[str] = set()
    for ask in (a for kind in PersonKind for step in STEPS for a in asks_of(step, kind, _ANY_DAY)):
        if ask.name not in seen:
            seen.add(ask.name)
            yield ask


ASKS = tuple(_asks())


def _field(ask: Ask) -> tuple[Any, Any]:
    """A text of the length that the form takes, or a tick; whether it is right is told by the check of the whole."""
    if ask.kind is Kind.TICK:
        return (bool | None, Field(None, title=ask.label, description=ask.hint))
    options = [o for o in ask.options if o]
    said = f"{ONE_OF} {', '.join(options)}" if 0 < len(options) <= _MOST_OPTIONS else ask.hint
    said = "ISO 8601: 2012-03-14" if ask.kind is Kind.DAY else said
    examples = [ask.example] if ask.example and ask.kind is not Kind.DAY else options[:1]
    kind = Annotated[str, Field(max_length=ask.longest), AfterValidator(_storable)]
    return (kind | None, Field(None, title=ask.label, description=said, examples=examples or None))


class PowerStage(BaseModel):
    """Power by stages: so many kW from this quarter."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Short]

    kw: Short
    quarter: Short


if TYPE_CHECKING:

    class Fields(Sent):
        """For the type checker; made below."""

        power_stages: list[PowerStage] | None = None
        consent: bool | None = None
else:
    Fields = create_model(
        "Fields",
        __base__=Sent,
        __doc__="Fields of the draft. What is not sent stays as it is; an empty text empties a field.",
        power_stages=(Annotated[list[PowerStage], Field(max_length=_STAGES)] | None, None),
        consent=(
            bool | None,
            Field(
                None, description=N_("The applicant consents to the processing of his data, by the text of /reference")
            ),
        ),
        **{ask.name: _field(ask) for ask in ASKS},
    )


def told(sent: BaseModel) -> tuple[dict[str, Any], dict[str, str]]:
    """(values of the draft, passport fields) of what was sent; the passport goes through the vault alone."""
    values = {name: value for name, value in sent.model_dump(exclude_unset=True).items() if value is not None}
    secret = {name: str(values.pop(name)).strip() for name in PASSPORT_FIELDS if name in values}
    return {name: v.strip() if isinstance(v, str) else v for name, v in values.items()}, secret


def of_draft(draft: dict[str, Any]) -> dict[str, Any]:
    """What the draft keeps of these fields; passport fields are never told back."""
    names = {*Fields.model_fields} - {*PASSPORT_FIELDS, "consent"}
    return {name: draft[name] for name in sorted(names) if draft.get(name) not in (None, "")} | {
        "consent": draft.get("consent") == "yes"
    }
