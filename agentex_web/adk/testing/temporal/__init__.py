"""An in-memory Temporal: the part of it that this project's worker uses, with a clock that tests control.

The real ``temporalio.worker.Worker`` runs on it, with its sandbox, interceptors, converters and contexts. It
replaces the Rust core and the server behind that, and exchanges the core's protobufs with the worker
(``temporalio.bridge.proto``).
"""
