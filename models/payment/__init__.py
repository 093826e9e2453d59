"""Fees, invoices, instalments and payment orders. Money is Decimal, rounded half up to the kopeck."""
