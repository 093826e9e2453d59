"""Personal accounts of a retail supplier's customers: what the billing tells, who may look, readings of meters."""
