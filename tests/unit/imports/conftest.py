"""Imports without Redis."""

import pytest

from agentex_web.imports import running


@pytest.fixture
def without_redis(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The people whose lists of chats were reported."""
    reported: list[int] = []

    async def report(owner_id: int) -> None:
        reported.append(owner_id)

    monkeypatch.setattr(running, "report_chat", report)
    return reported
