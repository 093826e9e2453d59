"""An edited template: what papers need gets through, a stranger's code and a lost field do not. Errors name their line."""

import re
import time

import pytest

from documents.issue import NAMES, kind_of, render, shipped_text
from documents.review import pages, review, samples
from documents.sample import sample

GUIDE = shipped_text("guide")


def put(line: str, text: str = GUIDE) -> str:
    """The template with one more line before its first heading."""
    return text.replace("# Что уже", f"{line}\n\n# Что уже", 1)


@pytest.mark.parametrize("name", NAMES)
def test_every_shipped_template_passes(name: str) -> None:
    assert review(name, shipped_text(name)) == []
    assert list(samples(name))


def test_control_a_harmless_change_passes() -> None:
    assert review("guide", put("Берегите себя, {{ applicant.name }}.")) == []


@pytest.mark.parametrize(
    "line",
    ["{{ ''.__class__ }}", "{{ applicant.__class__ }}", "{{ 9 ** 9 }}", "{{ 'a' * 999 }}", "{{ range(9) }}", "{% for i in range(99) %}{% endfor %}",
     "{% set x = 1 %}", "{% macro m() %}{% endmacro %}", "{% import 'guide.md' as g %}", "{% extends 'guide.md' %}", "{% include 'contract.md' %}",
     "{% include '../issue.py' %}", "{% include applicant.name %}", "{{ applicant|attr('name') }}", "{{ applicant.name.format(1) }}",
     "{{ applicant.name|map('upper') }}", "{{ self }}{{ self.x() }}", "{{ applicant.name.replace('', 'aaaa') }}", "{{ org.name.replace('a', 'aa') }}",
     "{% with a = org.name ~ org.name %}{{ a }}{% endwith %}", "{{ 99999 }}", "{{ lipsum() }}", "{{ cycler }}{{ cycler.x() }}", "{% block a %}{% endblock %}",
     "{% for a in org %}{% for b in org %}{% for c in org %}{% for d in org %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}"],
)  # fmt: skip
def test_code_that_papers_do_not_need_is_refused_with_its_line(line: str) -> None:
    text = put(line)
    begun = time.monotonic()
    found = review("guide", text)
    assert found
    assert time.monotonic() - begun < 5
    named = [flaw.line for flaw in found if flaw.line]
    assert not named or GUIDE.count("\n", 0, GUIDE.index("# Что уже")) + 1 in named


@pytest.mark.parametrize(
    ("line", "piece"),
    [("{% for x in guide.steps %}", "endfor"), ("{{ guide. }}", "expected name"), ("{{ guide.number | nofilter }}", "nofilter"),
     ("{{ guide.nosuch }}", "nosuch"), ("![](x.png)", "may only name a clause|not supported"), ("::: table 50 60\n| a | b |\n|---|---|\n| 1 | 2 |\n:::", "widths"),
     ("[](#nowhere)", "nowhere"), ("- пункт", "not supported"), ("{{ guide.number|day }}", "isoformat")],
)  # fmt: skip
def test_a_text_that_cannot_be_printed_is_told(line: str, piece: str) -> None:
    found = review("guide", put(line))
    assert found
    assert re.search(piece, " ".join(str(flaw.template % flaw.facts) for flaw in found))


def test_the_line_of_a_fault_while_printing_is_named() -> None:
    text = put("{{ guide.nosuch }}")
    assert review("guide", text)[0].line == text.count("\n", 0, text.index("{{ guide.nosuch")) + 1


@pytest.mark.parametrize(
    ("name", "piece", "lost"),
    [("guide", "::: signatures {{ signers }}\n:::\n", "signers"), ("guide", "{{ guide.number }}", "guide.number"),
     ("contract", "{{ term.n|term(term.unit) }}", "term.n"), ("invoice", "{{ invoice.purpose }}", "invoice.purpose"),
     ("invoice", "{{ bank.account }}", "bank.account"), 
     ("missing_info", "{{ notice.due|day }}", "notice.due")],
)  # fmt: skip
def test_a_lost_field_is_named(name: str, piece: str, lost: str) -> None:
    text = shipped_text(name)
    assert piece in text
    found = review(name, text.replace(piece, ""))
    assert lost in {flaw.facts.get("name") for flaw in found}


def test_a_lost_code_of_the_check_is_told() -> None:
    found = review("guide", GUIDE.replace('{% include "_verify.md" %}', "{% if false %}{{ verify.url }}{% endif %}"))
    assert any("check of the paper" in flaw.template for flaw in found)


def test_a_name_hidden_under_a_condition_is_noticed_by_the_samples() -> None:
    found = review(
        "guide", GUIDE.replace("{{ object.name }}, ", "{% if not object.name %}{{ object.name }}{% endif %}")
    )
    assert {"name": "object.name"} in [flaw.facts for flaw in found]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "текст без головы",
        "---\nversion: 1\n",
        GUIDE.replace("title: ИНСТРУКЦИЯ\n", ""),
        GUIDE.replace("form: инструкция", "form:"),
    ],
)
def test_a_head_that_is_not_whole_is_refused(text: str) -> None:
    assert review("guide", text)


def test_a_preview_is_every_page_as_a_picture() -> None:
    found = pages("contract_ordinary", shipped_text("contract_ordinary"), "plant")
    assert len(found) >= 4
    assert all(page[:4] == b"\x89PNG" for page in found)


def test_an_edited_text_stands_in_both_forms_with_its_version() -> None:
    text = GUIDE.replace("version: 1", "version: 12").replace("# Куда звонить", "# Телефоны на каждый случай")
    made = render("guide", sample("guide"), text)
    assert made.template_version == "guide-12"
    assert made != render("guide", sample("guide"))


def test_names_lead_to_their_kinds() -> None:
    assert (kind_of("contract_ordinary"), kind_of("guide")) == ("contract", "guide")
    for wrong in ("../issue", "contract_other", ""):
        with pytest.raises(ValueError, match="template|valid"):
            shipped_text(wrong)
