"""Demonstration data: one regional utility and a year of its applications, lived through the rules. Never in production."""
