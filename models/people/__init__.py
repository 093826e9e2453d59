"""Users, sessions, branches, attempts to sign in, and who looked at whose data."""
