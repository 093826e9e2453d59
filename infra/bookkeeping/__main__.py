"""`python -m infra.bookkeeping`: writes every generated document anew. Touches nothing else."""

from infra.bookkeeping import features, law, moves, variables
from infra.bookkeeping.pages import DOCS


def documents() -> dict[str, str]:
    """File in docs/ → what it has to say now."""
    operations = (DOCS / "operations.md").read_text("utf-8")
    return {
        "law.md": law.main(),
        "moves.md": moves.main(),
        "features.md": features.main(),
        "operations.md": variables.into(operations),
    }


if __name__ == "__main__":
    for name, text in documents().items():
        (DOCS / name).write_text(text, "utf-8")
