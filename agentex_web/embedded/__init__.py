"""Temporal, Redis and the demo model for one machine, and the supervisor that runs them.

This package loads neither Django's apps nor the clients of Temporal and Redis, so the supervisor is small and
starts fast.
"""
