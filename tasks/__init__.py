"""Units of work of the flows: open a transaction, call one action or one adapter, record the outcome."""
