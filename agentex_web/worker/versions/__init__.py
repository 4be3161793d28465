"""Temporal's Worker Versioning: a turn ends with the code that it began with; the next message gets today's.

With AGENTEX_WORKER_VERSIONING, each worker announces the version of its code, and a workflow is pinned to the
version that began it. A run ends after its turns (turns/workflow.py), so the next message starts one with the
current version. docs/operations.md says how to deploy with it.
"""
