"""Trust: whose certificates are believed, which are revoked, what customers have registered, and powers of attorney."""
