"""Documents that customers bring themselves: registered, signed by both sides, found again."""
