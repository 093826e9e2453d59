"""Is a template that somebody has edited fit to be issued? Reads it like a stranger's code: only what papers need gets
through, and every sample must come out in both forms with what a lawyer looks for. Keeps nothing, publishes nothing."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from jinja2 import TemplateSyntaxError

from documents import pdf, word
from documents.blocks import Paper, Qr, Signatures
from documents.glue import SOFT_GLUE
from documents.issue import kind_of, read, shipped_text, template_name
from documents.sample import WHO, sample
from documents.source import TemplateFault, edited, front_matter
from documents.syntax import Flaw, lost, names_of, strange
from models.process.words import N_

__all__ = ["Flaw", "pages", "review", "samples"]

HEAD = ("version", "form", "title", "number", "subject", "running")
_LINE = re.compile(r"line (\d+)")


def review(name: str, text: str) -> list[Flaw]:
    """Everything found; empty means it may be issued. The samples are rendered only when the text itself is sound."""
    try:
        head = front_matter(text)
    except TemplateFault:
        return [Flaw(N_("The text begins with its head between two lines of ---"), 1)]
    flaws = [Flaw(N_("The head lacks «%(name)s»"), 1, {"name": key}) for key in HEAD if not head[key]]
    env = edited(f"{name}.md", text)
    try:
        tree = env.parse(text)
    except TemplateSyntaxError as fault:
        facts: dict[str, object] = {"line": fault.lineno, "what": fault.message}
        return [*flaws, Flaw(N_("Line %(line)s: %(what)s"), fault.lineno, facts)]
    flaws += [*strange(tree), *lost(name, tree, env)]
    return flaws or _tried(name, text)


# ------------------------------------------------------------------------------------------------ trial on samples
def samples(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Who and the data of every sample that this template prints."""
    kind = kind_of(name)
    for who in WHO:
        data = sample(kind, who)
        if template_name(kind, data) == name:
            yield who, data


def pages(name: str, text: str, who: str) -> list[bytes]:
    """Pages of one sample as PNG. Raises TemplateFault."""
    data = dict(samples(name))[who]
    return pdf.pictures(read(kind_of(name), data, text), 80)


def _tried(name: str, text: str) -> list[Flaw]:
    for _who, data in samples(name):
        try:
            made = read(kind_of(name), data, text)
            flaws = _unsaid(name, made, data)
            if not flaws:
                word.write(made)
                pdf.write(made)
        except (TemplateFault, RuntimeError, ValueError) as fault:
            return [_told(fault)]
        if flaws:
            return flaws
    return []


def _told(fault: Exception) -> Flaw:
    said = str(fault)
    line = _LINE.search(said)
    return Flaw(
        N_("The sample cannot be printed: %(what)s"), int(line[1]) if line else _line_of(fault), {"what": said[:300]}
    )


def _line_of(fault: Exception) -> int:
    """The line of the template where rendering stopped: Jinja names it in the traceback of the cause."""
    for found in (fault.__cause__, fault):
        frame = found.__traceback__ if found else None
        while frame:
            if frame.tb_frame.f_code.co_filename == "<template>":
                return frame.tb_lineno
            frame = frame.tb_next
    return 0


def _unsaid(name: str, made: Paper, data: Mapping[str, Any]) -> list[Flaw]:
    text = _plain(made)
    flaws = []
    if not any(isinstance(b, Signatures) and b.signers for b in made.blocks):
        flaws.append(Flaw(N_("There is no block of signatures: ::: signatures {{ signers }}")))
    codes = [q.payload for b in made.blocks if isinstance(b, Qr) for q in (b, b.aside) if q]
    if data["verify"]["payload"] not in codes:
        flaws.append(Flaw(N_("There is no code that leads to the check of the paper: ::: qr {{ verify }}")))
    applicant = data["applicant"]
    must = {"object.name": [data["object"]["name"]], "object.address": [data["object"]["address"]],
            "applicant.name": [applicant["name"], applicant["full"]], "application.number": [data["application"]["number"]]}  # fmt: skip
    told = names_of(edited(f"{name}.md", shipped_text(name)).parse(shipped_text(name)), edited(f"{name}.md", ""))
    for field, values in must.items():
        if field in told and not any(_bare(str(value)) in text for value in values):
            flaws.append(Flaw(N_("The field «%(name)s» is lost: the paper needs it"), 0, {"name": field}))
    return flaws


def _plain(made: Paper) -> str:
    """All text of a paper without spaces."""
    found: list[str] = [made.title, made.number, made.subject, made.running]

    def look(value: Any) -> None:
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, list | tuple):
            joined = "".join(run.text for run in value if hasattr(run, "bold"))
            found.append(joined)
            for item in value:
                look(item)
        elif hasattr(value, "__dataclass_fields__"):
            for each in value.__dataclass_fields__:
                look(getattr(value, each))

    look(made.blocks)
    return "\n".join(_bare(piece) for piece in found)


def _bare(text: str) -> str:
    return re.sub(rf"[\s\u00a0{SOFT_GLUE}]", "", text)
