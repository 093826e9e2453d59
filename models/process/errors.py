"""Business errors: a sentence a person can act on, with its facts. Anything else that is raised is a bug."""

from collections.abc import Mapping


class FeederError(Exception):
    """`template` is English source text for gettext, `facts` fill it: `_(error.template) % error.facts`."""

    template = "The action is not possible"

    def __init__(self, template: str = "", /, **facts: object) -> None:
        self.template = template or type(self).template
        self.facts: Mapping[str, object] = facts
        super().__init__(self.template % facts if facts else self.template)


class IllegalMove(FeederError):
    template = "«%(move)s» is not possible: the application is at the stage «%(stage)s»"


class NotAllowed(FeederError):
    template = "Your role may not do «%(move)s»"


class NotReady(FeederError):
    """`facts["why"]` says what will open the move."""

    template = "%(why)s"


class Invalid(FeederError):
    """Something typed is wrong; `field` names the field, so that the message stands beside it."""

    def __init__(self, field: str, template: str, /, **facts: object) -> None:
        super().__init__(template, **facts)
        self.field = field


class ManyInvalid(FeederError):
    """Several fields are wrong at once."""

    template = "Check the marked fields"

    def __init__(self, errors: list[Invalid]) -> None:
        super().__init__()
        self.errors = errors


class NotFound(FeederError):
    template = "Nothing was found under this number"


class TooMany(FeederError):
    template = "Too many attempts. Try again in %(minutes)s minutes"


class Stale(FeederError):
    template = "Somebody has changed this meanwhile. Look at the new state and try again"


class NotText(FeederError):
    """The database keeps no zero characters and no halves of characters, which only programs send."""

    template = "The text holds a character that cannot be kept: delete it and type it again"


class Outage(Exception):
    """PostgreSQL or Prefect is away: nobody's fault, the row stays due."""


class Fenced(Exception):
    """Another worker has taken this row over: change nothing."""
