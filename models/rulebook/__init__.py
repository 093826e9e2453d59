"""Editions of the rules: every rule is dated rows, and a new one needs two people."""
