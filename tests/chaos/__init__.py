"""Chaos: people over real sockets, faults of every kind, and a table of what was lost, doubled or stuck."""
