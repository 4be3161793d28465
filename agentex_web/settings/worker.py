"""The worker process: how it stops, its version, how much it does at once."""

from environs import validate

from agentex_web.settings.environment import at_least, env, one_of

AGENTEX_RELOAD = env.bool("AGENTEX_RELOAD", True)
"""Whether the worker follows changes in agents/. Only `run` uses this."""
AGENTEX_IDLE_SECONDS = env.float("AGENTEX_IDLE_SECONDS", 3_600, validate=validate.Range(min=1))
"""How long a chat's workflow waits for the next message before it ends."""
AGENTEX_CONCURRENT_MODEL_CALLS = at_least("AGENTEX_CONCURRENT_MODEL_CALLS", 200, 1)
AGENTEX_LARGE_PAYLOAD_BYTES = env.int(
    "AGENTEX_LARGE_PAYLOAD_BYTES", 131_072, validate=validate.Range(min=1_024, max=1_500_000)
)
"""Larger payloads are stored in the database, and Temporal gets a reference."""
AGENTEX_WORKER_GRACE_SECONDS = env.float("AGENTEX_WORKER_GRACE_SECONDS", 5, validate=validate.Range(min=0))
AGENTEX_WORKER_DRAIN_SECONDS = env.float("AGENTEX_WORKER_DRAIN_SECONDS", 0, validate=validate.Range(min=0))
AGENTEX_WORKER_MEMORY = env.int("AGENTEX_WORKER_MEMORY", None, validate=validate.Range(min=0))
"""In MB; 0 means no limit. By default three quarters of the memory of the machine or container."""
AGENTEX_WORKER_VERSIONING = one_of("AGENTEX_WORKER_VERSIONING", "off", ["off", "auto", "manual"])
AGENTEX_DEPLOYMENT_NAME = env.str(
    "AGENTEX_DEPLOYMENT_NAME", "", validate=validate.Regexp(r"^[^.:\s]*$", error="It has no . : or spaces.")
)
AGENTEX_BUILD_ID = env.str("AGENTEX_BUILD_ID", "", validate=validate.Regexp(r"^[^'\s]*$", error="No spaces."))
