"""Remedies for what the Agents SDK does not have."""

from pathlib import Path

from agentex_web.catalog.sdk_remedies import sdk_remedy


def test_an_error_of_another_decorator_has_another_reason(tmp_path: Path) -> None:
    path = tmp_path / "desk.py"
    path.write_text("@tools.register(1)\ndef add() -> None: ...\n")

    class Tools:
        def register(self, _: int) -> None:
            raise ValueError("The name is missing.")

    try:
        exec(compile(path.read_text(), str(path), "exec"), {"tools": Tools()})
    except ValueError as error:
        assert sdk_remedy(error) == ""
    else:
        raise AssertionError
