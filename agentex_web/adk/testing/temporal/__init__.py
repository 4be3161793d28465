"""Temporal in memory: the part of it that a worker of ours talks to, with a clock that tests turn.

The real ``temporalio.worker.Worker`` runs on it, with its sandbox, interceptors, converters and contexts.
What is replaced is the Rust core and the server behind it, at the protobufs that both exchange
(``temporalio.bridge.proto``).
"""
