"""What does not fit the shape of a request, in the reader's words: the machine that finds it speaks English only."""

from collections.abc import Mapping
from typing import Any

from infra.wording import N_, _

_NUMBER = N_("A number is expected")
WORDS: dict[str, str] = {  # type of pydantic's error → what to do; facts are those that it tells
    "missing": N_("This field is needed"),
    "extra_forbidden": N_("There is no such field"),
    "string_type": N_("A text is expected"),
    "string_too_short": N_("At least %(min_length)s signs"),
    "string_too_long": N_("At most %(max_length)s signs"),
    "string_pattern_mismatch": N_("The text has another form: %(pattern)s"),
    "int_type": N_("A whole number is expected"),
    "int_parsing": N_("A whole number is expected"),
    "int_parsing_size": N_("The number is too large"),
    "int_from_float": N_("A whole number is expected"),
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "decimal_type": _NUMBER,
    "decimal_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "decimal_max_digits": N_("The number has more than %(max_digits)s digits"),
    "decimal_max_places": N_("The number has more than %(decimal_places)s digits after the point"),
    "decimal_whole_digits": N_("The number has more than %(whole_digits)s digits before the point"),
    "greater_than": N_("More than %(gt)s"),
    "greater_than_equal": N_("Not less than %(ge)s"),
    "less_than": N_("Less than %(lt)s"),
    "less_than_equal": N_("Not more than %(le)s"),
    "bool_type": N_("true or false is expected"),
    "bool_parsing": N_("true or false is expected"),
    "list_type": N_("A list is expected"),
    "too_short": N_("The list has too few entries: at least %(min_length)s"),
    "too_long": N_("The list has too many entries: at most %(max_length)s"),
    "dict_type": N_("An object is expected"),
    "model_type": N_("An object is expected"),
    "model_attributes_type": N_("An object is expected"),
    "enum": N_("One of these is expected: %(expected)s"),
    "literal_error": N_("One of these is expected: %(expected)s"),
    "timezone_aware": N_("The moment needs its zone, for example 2027-01-11T10:00:00+03:00"),
    "value_error": N_("The sign U+0000 cannot be kept"),  # the one check of our own: shapes.Text
}
_DAY, _MOMENT = N_("A day as 2027-01-11 is expected"), N_("A moment as 2027-01-11T10:00:00+03:00 is expected")
OTHER = N_("This does not fit: look at the description of the field")


def sentence(found: Mapping[str, Any]) -> str:
    """One of pydantic's errors, as a person is told it."""
    kind = str(found["type"])
    if kind.startswith("datetime_"):
        return _(_MOMENT)
    if kind.startswith("date_"):
        return _(_DAY)
    facts = {name: str(value).replace(" or ", ", ") for name, value in (found.get("ctx") or {}).items()}
    try:
        return _(WORDS.get(kind, OTHER)) % facts
    except KeyError:  # another version names its facts otherwise
        return _(OTHER)
