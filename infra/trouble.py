"""What stops a command, said as one sentence to the person at the terminal. Never carries a secret or a traceback."""


class Trouble(Exception):  # noqa: N818 - a trouble, not an error of ours
    """The sentence says what happened and what to do; commands print it and end with exit code 2."""
