"""Appeals: questions, complaints, error reports and the like, from their number to the author's mark."""
