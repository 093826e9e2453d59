"""Blocks to .docx by python-docx: real styles, real multilevel numbering, real page fields, so that a lawyer can edit the result."""

from documents.blocks import Paper
from documents.word.blocks import Writer


def write(paper: Paper) -> bytes:
    return Writer(paper).bytes()
