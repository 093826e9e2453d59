"""Signing: envelopes of papers, who has to sign them and how, and what proves each signature."""
