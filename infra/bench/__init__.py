"""Measurements of the product on this machine: `feeder bench NAME`. Each has its own scratch home; none touches live data."""
