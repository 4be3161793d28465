"""compat/streamed_results.py is needed while the SDK's streamed result ends at an approval and cannot continue."""

from agents import RunResultStreaming


def test_a_streamed_result_takes_no_decisions() -> None:
    """If this fails because results can resume, turns/agent_run.py needs no other object."""
    names = [name for name in dir(RunResultStreaming) if not name.startswith("_")]
    assert not [name for name in names if "resume" in name or "approve" in name]
