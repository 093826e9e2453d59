"""The tables and everything that is true about them. Knows no framework but SQLModel; imports nothing else of ours."""
