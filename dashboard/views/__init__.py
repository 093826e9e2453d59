"""Pages of the cabinet and the desk. A module with `ENTRY` and `page()` is in the menu (see dashboard/menu.py); others help."""
