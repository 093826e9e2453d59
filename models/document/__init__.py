"""Issued papers (rows and write-once objects) and files people sent."""
