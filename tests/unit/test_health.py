"""Each part has at most one running health check, however many callers there are and however long it hangs."""

import asyncio

import pytest

from agentex_web.chat import health
from agentex_web.chat.health import Checks, Health


class Part:
    """A part that counts its checks. A check hangs until ``answers`` is set."""

    def __init__(self) -> None:
        self.asked = 0
        self.answers = asyncio.Event()

    async def check(self) -> bool:
        self.asked += 1
        await self.answers.wait()
        return True


def test_those_who_ask_at_the_same_time_share_one_round() -> None:
    async def ask() -> tuple[list[Health], int]:
        part = Part()
        checks = Checks({"redis": part.check})
        asking = [asyncio.create_task(checks.health()) for _ in range(50)]
        await asyncio.sleep(0)
        asking.pop().cancel()
        part.answers.set()
        return await asyncio.gather(*asking), part.asked

    answers, asked = asyncio.run(ask())
    assert asked == 1
    assert answers[0].up == {"redis": True}
    assert all(answer is answers[0] for answer in answers)


def test_a_missing_part_is_shared_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "MISSING_SECONDS", 60)
    asked = []

    async def absent() -> bool:
        asked.append(1)
        raise OSError("away")

    async def ask() -> list[Health]:
        checks = Checks({"redis": absent})
        return [await checks.health() for _ in range(5)]

    answers = asyncio.run(ask())
    assert len(asked) == 1 and all("redis" in answer.missing for answer in answers)


def test_a_check_that_hangs_is_not_started_again_and_delays_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "CHECK_SECONDS", 0.01)
    monkeypatch.setattr(health, "MISSING_SECONDS", 0)

    async def ask() -> None:
        hung, well = Part(), Part()
        well.answers.set()
        checks = Checks({"database": hung.check, "redis": well.check})
        for _ in range(4):
            assert (await checks.health()).up == {"database": False, "redis": True}
        assert (hung.asked, well.asked) == (1, 4)
        hung.answers.set()
        assert (await checks.health()).up == {"database": True, "redis": True}

    asyncio.run(ask())


def test_a_check_that_fails_for_another_reason_is_logged_and_down(caplog: pytest.LogCaptureFixture) -> None:
    async def broken() -> bool:
        raise LookupError("a fault of ours")

    assert asyncio.run(Checks({"worker": broken}).health()).up == {"worker": False}
    assert "The check of worker failed" in caplog.text
