"""One module per long-running process: the order of its steps."""
