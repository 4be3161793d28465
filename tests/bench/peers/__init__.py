"""What people would use instead, for comparisons in one run: each with the same model and the same answers."""
