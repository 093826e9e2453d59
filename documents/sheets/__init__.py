"""Tables for people who calculate: .xlsx, made of plain rows."""
