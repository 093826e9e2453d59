"""What all nouns share: moves, terms, history, the queue of work, working days, the clock, errors."""
