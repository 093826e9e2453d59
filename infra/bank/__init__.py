"""Card payments through an acquirer's gateway, and a sandbox bank that speaks the same protocol."""
