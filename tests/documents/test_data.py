"""The declared shapes of data and the samples agree; samples are plain JSON; no declared field is forgotten by the templates."""

import json
import types
from pathlib import Path
from typing import Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints, is_typeddict

import pytest

from documents.data import PAPERS
from documents.issue import Kind
from documents.sample import WHO, Who, sample

TEMPLATES = Path(__file__).parents[2] / "documents" / "templates"


def faults(shape: Any, value: Any, at: str = "") -> list[str]:
    """Where `value` is not of `shape`."""
    if is_typeddict(shape):
        return _of_dict(shape, value, at)
    origin, inner = get_origin(shape), get_args(shape)
    if origin is NotRequired:
        return faults(inner[0], value, at)
    if origin is list:
        return [f for n, item in enumerate(value) for f in faults(inner[0], item, f"{at}[{n}]")]
    if origin is Literal:
        return [] if value in inner else [f"{at}: {value!r}"]
    if origin in (Union, types.UnionType):
        return [] if any(not faults(kind, value, at) for kind in inner) else [f"{at}: {value!r}"]
    return [] if type(value) is shape else [f"{at}: {value!r} is no {shape}"]


def _of_dict(shape: Any, value: Any, at: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{at}: {value!r} is no {shape}"]
    hints = get_type_hints(shape, include_extras=True)
    optional = {name for name, hint in hints.items() if get_origin(hint) is NotRequired}
    out = [f"{at}.{name} is missing" for name in hints if name not in value and name not in optional]
    out += [f"{at}.{name} is not declared" for name in value if name not in hints]
    return out + [f for name, item in value.items() if name in hints for f in faults(hints[name], item, f"{at}.{name}")]


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("kind", Kind)
def test_a_sample_has_the_declared_shape(kind: Kind, who: Who) -> None:
    data = sample(kind, who)
    assert faults(PAPERS[kind], data) == []
    assert json.loads(json.dumps(data, ensure_ascii=False)) == data


def test_control_a_wrong_shape_is_noticed() -> None:
    data = sample(Kind.CONTRACT)
    data["contract"]["norms"]["pay_days"] = "5"
    data["fee"]["extra"] = 1
    del data["object"]["name"]
    assert len(faults(PAPERS["contract"], data)) == 3


def test_every_kind_has_its_shape() -> None:
    assert set(PAPERS) == set(Kind)


@pytest.mark.parametrize("kind", Kind)
def test_no_field_of_its_own_is_forgotten_by_a_paper(kind: Kind) -> None:
    text = "".join(file.read_text("utf-8") for file in (*TEMPLATES.glob("_*.md"), *TEMPLATES.glob(f"{kind}*.md")))
    own = {
        name: hint
        for name, hint in get_type_hints(PAPERS[kind]).items()
        if is_typeddict(hint) and name not in ("org", "bank", "applicant", "object", "verify", "application")
    }
    missing = [
        f"{group}.{name}" for group, hint in own.items() for name in get_type_hints(hint) if f".{name}" not in text
    ]
    shared = {"fee.decision", "fee.choice"}  # the contract says them, the invoice need not
    assert set(missing) <= shared
