"""Benchmarks of the whole product's speed and size: ``python -m tests.bench``; see docs/benchmarks.md.

Nothing here asserts a time. Each module measures one subject and yields figures as it gets them.
"""
