"""Parses settings that are more than one value. settings/ imports this, so it imports no Django."""
