"""Which of the texts that a script prints are said."""

import pytest
from temporalio import workflow

from agentex_web.turns.script_output import Printed


@pytest.mark.parametrize(("is_patched", "said"), [(True, "🎉"), (False, "")])
def test_recorded_histories_say_no_symbols(
    is_patched: bool, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workflow, "patched", lambda _: is_patched)
    printed = Printed()
    for each in ("🎉", "-----", ""):
        assert printed.write(each, sep=None, end=None, most=100)
    assert printed.take([]) == said
