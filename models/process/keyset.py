"""Where a page of a list ends, when the list goes by days: the next page begins after it. Pure: no session here."""

import re
from dataclasses import dataclass
from datetime import date

from models.process.errors import Invalid

_SHAPE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})\.([0-9]{1,18})")


@dataclass(frozen=True)
class After:
    """The last line of a page, written as `2026-11-25.1234` into an address: its last day and the id of its row."""

    due_on: date
    row_id: int

    def __str__(self) -> str:
        return f"{self.due_on.isoformat()}.{self.row_id}"

    @classmethod
    def read(cls, typed: str) -> "After | None":
        """Nothing for nothing. Raises Invalid for what a person made up."""
        if not typed:
            return None
        wrong = Invalid("after", "The address of this page is wrong: begin from the start of the list")
        found = _SHAPE.fullmatch(typed)
        if found is None:
            raise wrong
        try:
            return cls(date.fromisoformat(found[1]), int(found[2]))
        except ValueError as error:
            raise wrong from error
