"""The outside world and how we run: settings, clock, database, storage, mail, bank, engine."""
