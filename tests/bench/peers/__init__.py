"""Alternatives to the product, measured in the same run with the same model and the same answers."""
