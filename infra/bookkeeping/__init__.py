"""Documents that are made from the source, so that they cannot grow old. Reads code and data files only; opens nothing outside."""
