"""If the context window is known, older turns are summarised before the server refuses the input."""

from typing import Any

import pytest
from temporalio.exceptions import ApplicationError

from agentex_web.failure_types import CONTEXT_EXCEEDED, MAY_COMPACT
from agentex_web.worker.model.context_window import refuse_if_long
from agentex_web.worker.model.failures import too_long

LONG = [{"role": "user", "content": "word " * 1_000}]


def test_above_its_share_of_the_window(settings: Any) -> None:
    settings.AGENTEX_CONTEXT_WINDOW, settings.AGENTEX_COMPACT_AT = 1_000, 0.8
    with pytest.raises(ApplicationError) as refused:
        refuse_if_long("Be brief.", LONG)
    assert refused.value.type == CONTEXT_EXCEEDED and refused.value.details == (MAY_COMPACT,)


@pytest.mark.parametrize(
    ("window", "share", "compact"), [(0, 0.8, "auto"), (10_000, 0.8, "auto"), (1_000, 0.8, "off")]
)
def test_otherwise_the_server_decides(settings: Any, window: int, share: float, compact: str) -> None:
    settings.AGENTEX_CONTEXT_WINDOW, settings.AGENTEX_COMPACT_AT = window, share
    settings.AGENTEX_COMPACT = compact
    refuse_if_long(None, LONG)


def test_where_it_is_off_the_turn_fails(settings: Any) -> None:
    settings.AGENTEX_COMPACT = "off"
    assert too_long("8192 tokens at most").details == ()
