"""The supervisor's log never keeps the supervisor waiting."""

import os
import sys

import pytest

from agentex_web.embedded.printer import WAITING_BYTES, Printer


def test_an_output_that_nobody_reads_blocks_nothing_and_says_what_is_missing() -> None:
    read, write = os.pipe()
    printer = Printer(["web"], write)
    lines, length = 100, WAITING_BYTES // 20
    for number in range(lines):
        printer.write("web", f"{number} " + "x" * length)
    printer.close(0)
    printed = b""
    while b"lines are missing here" not in printed:
        printed += os.read(read, 1 << 20)
    printer.write("web", "after")
    printer.close()
    *kept, note, last = (printed + os.read(read, 1 << 20)).decode().splitlines()
    assert 20 <= len(kept) < 30 and all(f"| {number} x" in line for number, line in enumerate(kept))
    assert f"| {lines - len(kept)} lines are missing here" in note
    assert last.endswith("| after")


def test_lines_for_a_reader_that_has_gone_are_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    read, write = os.pipe()

    class Gone:
        def flush(self) -> None:
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stdout", Gone())
    printer = Printer(["web"], write)
    os.close(read)
    for _ in range(100):
        printer.write("web", "x" * 100_000)
    printer.close()
    assert printer._is_gone
    # Python writes what is left in it when the process ends.
    sys.stdout.flush()


def test_nothing_is_written_to_a_descriptor_that_was_closed_at_the_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read, write = os.pipe()
    monkeypatch.setattr(sys, "stdout", None)
    printer = Printer(["web"], write)
    printer.write("web", "x")
    printer.close()
    os.close(write)
    assert os.read(read, 100) == b""
