"""Marks English source text for translation without translating it."""


def N_(text: str) -> str:  # noqa: N802 - gettext's customary name
    return text
