"""Planned visits to an installation, and the sheets that inspectors fill there: tables, rules, verbs, questions."""
