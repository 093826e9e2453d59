"""The source language: what a template may do, what data can never do."""

from typing import Any

import pytest
from jinja2 import DictLoader

from documents.blocks import Clause, Heading, Paper, Paragraph, Table
from documents.marks import clean
from documents.sample import sample
from documents.source import TemplateFault, environment, paper

HEAD = "---\nversion: 1\nform: проба\ntitle: ПРОБА\nnumber: 1\n{}---\n"


def read(body: str, head: str = "", **more: Any) -> Paper:
    env = environment(DictLoader({"t": HEAD.format(head) + body}))
    return paper(env, "t", {**sample("guide"), **more})


def text(block: Any) -> str:
    return "".join(run.text for run in block.text).replace("\ue002", " ").replace("\u00a0", " ")


@pytest.mark.parametrize(
    "body", ["{{ nope }}", "{{ applicant.nope }}", "{{ org.name.nope }}", "{% if nope %}x{% endif %}"]
)
def test_an_undefined_name_is_refused(body: str) -> None:
    with pytest.raises(TemplateFault, match="nope"):
        read(body)


@pytest.mark.parametrize(
    "body", ["{{ ''.__class__ }}", "{{ org.__init__ }}", "{{ org.update({'name': 1}) }}", "{{ ''.__class__.__mro__ }}"]
)
def test_the_sandbox_refuses_to_look_behind_a_value(body: str) -> None:
    with pytest.raises(TemplateFault, match="SecurityError"):
        read(body)


@pytest.mark.parametrize("body", ["<b>x</b> `x`\n\n- a", "> quote", "- list", "    \n***\n"])
def test_what_a_paper_does_not_know_is_refused(body: str) -> None:
    with pytest.raises(TemplateFault, match="not supported"):
        read(body)


@pytest.mark.parametrize("body", ["![x](y)", "[x](http://example.org)"])
def test_a_link_leads_only_to_a_clause(body: str) -> None:
    with pytest.raises(TemplateFault, match="only name a clause"):
        read(body)


def test_html_in_a_template_is_only_text() -> None:
    assert text(read("<b>x</b> &amp;").blocks[0]) == "<b>x</b> &amp;"


@pytest.mark.parametrize("fault", ["no head", "---\nversion: 1\n", "---\nversion\n---\nx"])
def test_a_template_without_a_head_is_refused(fault: str) -> None:
    env = environment(DictLoader({"t": fault}))
    with pytest.raises(TemplateFault):
        paper(env, "t", sample("guide"))


def test_a_value_never_becomes_markup() -> None:
    found = read("{{ word }}\n\n1. {{ word }}\n", word="**x** | [a](#b) {{ 1 }}\n\n# h").blocks
    assert [type(b) for b in found] == [Paragraph, Clause]
    assert text(found[0]) == "**x** | [a](#b) {{ 1 }} # h"


def test_clauses_are_counted_under_their_headings() -> None:
    found = read("# A\n\n1. a\n   1. b\n   1. c\n2. d\n\n# B\n\n1. e\n", head="numbered: yes\n").blocks
    assert [b.number for b in found if isinstance(b, Heading | Clause)] == [
        "1.",
        "1.1.",
        "1.1.1.",
        "1.1.2.",
        "1.2.",
        "2.",
        "2.1.",
    ]


def test_a_reference_may_point_forward() -> None:
    found = read("1. See [](#last).\n2. {=last}Here.\n").blocks
    assert text(found[0]) == "See 2."


def test_a_reference_to_nothing_is_refused() -> None:
    with pytest.raises(TemplateFault, match="lost"):
        read("1. See [](#lost).\n")


def test_a_cell_may_join_the_next_one() -> None:
    (table,) = read("::: table 20 30 50\n| a | b | c |\n|---|---|---|\n| > | x | y |\n:::\n").blocks
    assert isinstance(table, Table)
    assert [cell.span for cell in table.rows[0]] == [2, 1]


def test_widths_that_do_not_fit_the_columns_are_refused() -> None:
    with pytest.raises(TemplateFault, match="widths"):
        read("::: table 20 30\n| a | b | c |\n|---|---|---|\n:::\n")


def test_a_directive_needs_its_value() -> None:
    with pytest.raises(TemplateFault, match="needs a value"):
        read("::: signatures\n:::\n")


def test_characters_that_lie_are_dropped() -> None:
    assert clean("1\u202e00\x07 \ue0005\ue001\t\n ₽\ufeff\ud800") == "100 5 ₽"


def test_a_running_head_is_one_line() -> None:
    made = read("x", head="running: {{ long }}\n", long="а" * 5000)
    assert len(made.running) == 110
    assert made.running.endswith("…")
