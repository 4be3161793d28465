"""Temporal, Redis and the demo model for one machine, and the supervisor that runs them."""
