"""The same as `parts.say`, kept under this name for the views that import it."""

from dashboard.parts import say

__all__ = ["say"]
