"""Feeding centres: what they carry, what open cases have reserved of them, what is free. Never more than is installed."""
