"""What may stand in a template that somebody has edited, and what must: read from its syntax tree. Renders nothing."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from jinja2 import nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from documents.issue import shipped_text
from documents.source import FILTERS, TEMPLATES, edited
from models.process.words import N_

_NODES = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.For, nodes.If, nodes.CondExpr, nodes.Name, nodes.Getattr, nodes.Getitem,
    nodes.Const, nodes.Filter, nodes.FilterBlock, nodes.With, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Call,
    nodes.Dict, nodes.Pair, nodes.Add, nodes.Sub, nodes.Concat, nodes.List, nodes.Tuple, nodes.Keyword,
)  # fmt: skip
_METHODS = frozenset({"endswith", "startswith", "replace", "lower", "upper"})
_NAMED = frozenset(function.__name__ for function in FILTERS)
_FILTERS = _NAMED | {"lower", "upper", "length", "indent", "join", "first", "last", "trim", "default"}
_COMMON = frozenset({"application.number", "object.name", "object.address", "signers"})
_LOOPS = 3  # loops inside one another: a paper needs two
_BIG = 10_000  # a longer number or text in a template is no wording


@dataclass(frozen=True)
class Flaw:
    """What is wrong: an English template for gettext with its facts; `line` counts from 1, 0 is the whole text."""

    template: str
    line: int = 0
    facts: dict[str, object] = field(default_factory=dict)


def strange(tree: nodes.Template) -> Iterator[Flaw]:
    """What papers never need, and what could reach outside or never end."""
    for node in _walk(tree):
        if what := _forbidden(node):
            facts: dict[str, object] = {"line": node.lineno, "what": what}
            yield Flaw(N_("Line %(line)s: «%(what)s» may not stand in a template"), node.lineno, facts)
    if _depth(tree) > _LOOPS:
        yield Flaw(N_("Loops stand inside one another more than %(count)s deep"), 0, {"count": _LOOPS})


def _forbidden(node: nodes.Node) -> str:
    """What to call it, or nothing."""
    match node:
        case nodes.Include(template=nodes.Const(value=str(name))) if _is_part(name):
            return ""
        case nodes.Filter() | nodes.Call():
            return _called(node)
        case nodes.Getattr(attr=str(name)) | nodes.Name(name=str(name)) if name.startswith("_"):
            return name
        case nodes.Const(value=int(value)) if abs(value) > _BIG:
            return str(value)
        case nodes.Const(value=str(text)) if len(text) > _BIG:
            return text[:20]
        case nodes.For(recursive=True):
            return "recursive"
        case nodes.With() if not all(isinstance(v, nodes.Name | nodes.Getattr | nodes.Const) for v in node.values):
            return "with"  # a value made of itself twice would grow without end
    return "" if isinstance(node, _NODES) else type(node).__name__.lower()


def _is_part(name: str) -> bool:
    return name.startswith("_") and "/" not in name and (TEMPLATES / name).is_file()


def _called(node: nodes.Filter | nodes.Call) -> str:
    if node.dyn_args or node.dyn_kwargs:
        return "*"
    if isinstance(node, nodes.Filter):
        return "" if node.name in _FILTERS else f"|{node.name}"
    if not isinstance(node.node, nodes.Getattr) or node.node.attr not in _METHODS:
        return "( )"
    return "replace" if node.node.attr == "replace" and not _shrinks(node.args) else ""


def _shrinks(args: list[nodes.Expr]) -> bool:
    """Whether replacing cannot make a text longer."""
    old, new = ((a.value if isinstance(a, nodes.Const) else None) for a in args) if len(args) == 2 else (None, None)
    return isinstance(old, str) and isinstance(new, str) and bool(old) and len(new) <= len(old)


def _walk(tree: nodes.Node) -> Iterator[nodes.Node]:
    for node in tree.iter_child_nodes():
        yield node
        yield from _walk(node)


def _depth(node: nodes.Node) -> int:
    inner = max((_depth(child) for child in node.iter_child_nodes()), default=0)
    return inner + isinstance(node, nodes.For)


# ------------------------------------------------------------------------------------------------ what must be said
def lost(name: str, tree: nodes.Template, env: ImmutableSandboxedEnvironment) -> Iterator[Flaw]:
    """Fields of the shipped text that say who, what, how much and until when, and that this one does not name."""
    for needed in sorted(required(name) - names_of(tree, env)):
        yield Flaw(N_("The field «%(name)s» is lost: the paper needs it"), 0, {"name": needed})


def required(name: str) -> frozenset[str]:
    """Every field that the shipped text prints outside of conditions and loops, and what every paper says."""
    env = edited(f"{name}.md", shipped_text(name))
    tree = env.parse(shipped_text(name))
    always = {dotted for node in _always(tree) for dotted in _dotted(node) if "." in dotted}
    return frozenset(always | (_COMMON & names_of(tree, env)))


def _always(node: nodes.Node) -> Iterator[nodes.Node]:
    for child in node.iter_child_nodes():
        if not isinstance(child, nodes.For | nodes.If | nodes.CondExpr):
            yield child
            yield from _always(child)


def names_of(tree: nodes.Node, env: ImmutableSandboxedEnvironment) -> set[str]:
    """'fee.total', 'signers': all that a template and its shipped parts name."""
    found: set[str] = set()
    for node in _walk(tree):
        found.update(_dotted(node))
        if isinstance(node, nodes.Include) and isinstance(node.template, nodes.Const):
            part = str(node.template.value)
            if _is_part(part):
                found |= names_of(env.parse((TEMPLATES / part).read_text("utf-8")), env)
    return found


def _dotted(node: nodes.Node) -> tuple[str, ...]:
    match node:
        case nodes.Name(name=str(name)):
            return (name,)
        case nodes.Getattr(node=nodes.Name() | nodes.Getattr() as owner, attr=str(name)):
            return tuple(f"{left}.{name}" for left in _dotted(owner))
    return ()
