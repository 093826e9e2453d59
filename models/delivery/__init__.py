"""Letters and notices: rows first, effects later, outcomes always."""
