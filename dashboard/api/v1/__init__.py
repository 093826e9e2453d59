"""The open interface: what a customer's program may do with his key. The same actions as the pages, the same walls."""
