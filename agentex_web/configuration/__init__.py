"""Reads settings that are more than a value. The settings import these, so they import no Django."""
