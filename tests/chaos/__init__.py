"""Chaos tests: people use real sockets during faults of every kind. Reports what was lost, doubled or stuck."""
