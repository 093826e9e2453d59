"""Bytes to proof, and secrets that must stay secret. The only room that imports cryptography."""
