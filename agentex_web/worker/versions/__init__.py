"""Temporal's Worker Versioning: a turn ends with the code that started it; the next message uses the latest.

With AGENTEX_WORKER_VERSIONING, each worker announces the version of its code, and a workflow is pinned to the
version that started it. A run ends after its turns (turns/workflow_run.py), so the next message starts a run
with the current version. docs/operations.md describes deployments with it.
"""
