"""Every English text of the screens has its Russian one, in exactly the words of the source."""

import ast
import re
import string
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from infra import wording

ROOT = Path(__file__).parents[1]
ROOMS = ("dashboard", "models", "infra", "signatures")
FUNCTIONS = {"_", "N_"}
ERRORS = {"FeederError", "NotFound", "NotReady", "NotAllowed", "TooMany", "Invalid"}  # their first text is a template
_IN_TEMPLATE = re.compile(r"""(?<![\w.])_\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")
_FACT = re.compile(r"%\((\w+)\)[sd]")


def _literals(path: Path) -> Iterator[tuple[str, str]]:
    """Texts given to _() or N_(), and the templates of business errors."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            yield from ((text, f"{path.relative_to(ROOT)}:{node.lineno}") for text in _of_call(node))
        elif isinstance(node, ast.ClassDef):
            for line in node.body:
                named = isinstance(line, ast.Assign) and getattr(line.targets[0], "id", "") == "template"
                if named and isinstance(line.value, ast.Constant):
                    yield str(line.value.value), f"{path.relative_to(ROOT)}:{line.lineno}"


def _of_call(node: ast.Call) -> list[str]:
    name = getattr(node.func, "id", "") or getattr(node.func, "attr", "")
    if name in FUNCTIONS:
        wanted = node.args[:1]
    elif name == "__init__":
        wanted = node.args[-1:]
    elif name in ERRORS:
        wanted = node.args[1:2] if name == "Invalid" else node.args[:1]
    else:
        return []
    branches = [(a.body, a.orelse) if isinstance(a, ast.IfExp) else (a,) for a in wanted]
    return [str(a.value) for pair in branches for a in pair if isinstance(a, ast.Constant) and isinstance(a.value, str)]


def source_texts() -> dict[str, str]:
    """Text -> where it stands first."""
    found: dict[str, str] = {}
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            for text, place in _literals(path):
                found.setdefault(text, place)
        for path in sorted((ROOT / room).rglob("templates/*.html")):
            for quoted in _IN_TEMPLATE.findall(path.read_text("utf-8")):
                found.setdefault(str(ast.literal_eval(quoted)), str(path.relative_to(ROOT)))
    return {text: place for text, place in found.items() if any(c in string.ascii_letters for c in _FACT.sub("", text))}


def test_every_text_of_the_screens_has_its_russian_one() -> None:
    russian = wording.catalogue("ru")
    missing = [f"{place}: {text}" for text, place in source_texts().items() if text not in russian]
    assert not missing, "\n".join(missing)


def test_translations_take_the_same_facts() -> None:
    wrong = [
        text for text, said in wording.catalogue("ru").items() if set(_FACT.findall(text)) != set(_FACT.findall(said))
    ]
    assert not wrong


def test_the_same_text_is_never_translated_in_two_ways() -> None:
    seen: dict[str, tuple[str, str]] = {}
    clashes = []
    for path in sorted((wording.FOLDER / "ru").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file):
                said, text = str(message.string), str(message.id)
                if text and seen.setdefault(text, (said, path.name))[0] != said:
                    clashes.append(f"{text}: {seen[text]} and {(said, path.name)}")
    assert not clashes, "\n".join(clashes)


def said_somewhere() -> set[str]:
    """Every constant text of the source: tables of words are marked in one place and translated in another."""
    rooms = (*ROOMS, "documents", "tasks", "flows")
    trees = (ast.parse(path.read_text("utf-8")) for room in rooms for path in (ROOT / room).rglob("*.py"))
    nodes = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return {node.value for node in nodes if isinstance(node.value, str)}


@pytest.mark.filterwarnings("default")
def test_unused_translations_are_named() -> None:
    unused = sorted(set(wording.catalogue("ru")) - set(source_texts()) - said_somewhere())
    if unused:
        warnings.warn("translations without a text: " + "; ".join(unused), stacklevel=1)


def test_an_unknown_text_stays_english_and_a_known_one_follows_the_language() -> None:
    assert wording._("No such sentence anywhere") == "No such sentence anywhere"
    assert wording._("Sign in") == "Войти"
    with wording.speaking("en"):
        assert wording._("Sign in") == "Sign in"
    wording.use("xx")
    assert wording.language() == "ru"
