"""Parses settings that are more than one value. settings.py imports this, so it imports no Django."""
