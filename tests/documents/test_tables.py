"""Tables longer than a page: the head again on every page, rows whole, nothing lost."""

from documents.issue import Kind, render
from documents.sample import sample
from tests.documents import check


def test_a_table_of_75_rows_loses_nothing_and_tears_no_row() -> None:
    data = sample(Kind.MISSING_INFO)
    data["missing"] = [
        {"what": f"начало{n} {'слово ' * 40}конец{n}.", "ground": f"п. {n}", "how": "Приложите файл"} for n in range(75)
    ]
    made = render(Kind.MISSING_INFO, data)
    assert check.compare(made.docx, made.pdf) == []
    pages = check.pdf_pages(made.pdf)
    assert len(pages) > 5
    assert sum("Как исправить" in page for page in pages) >= 5
    torn = [n for n in range(75) if not any(f"начало{n} " in page and f"конец{n}." in page for page in pages)]
    assert torn == []


def test_a_cell_longer_than_a_page_is_printed_whole() -> None:
    data = sample(Kind.MISSING_INFO)
    data["missing"][1]["how"] = " ".join(f"слово{n}" for n in range(1500))
    made = render(Kind.MISSING_INFO, data)
    assert check.compare(made.docx, made.pdf) == []
    assert "слово1499" in check.pdf_text(made.pdf)
