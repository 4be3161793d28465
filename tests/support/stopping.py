"""How soon a Stop ends the model's work."""

from tests.support.stack import Stack

STOP_SECONDS = 0.5


def closed_after(stack: Stack, match: str, stopped: float) -> float:
    """Seconds from the Stop until the model's server saw its client go."""
    record = stack.model.wait_for(lambda record: record["outcome"] == "client_disconnected", match=match)
    return float(record["disconnected_at"] - stopped)
