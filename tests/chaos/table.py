"""The Markdown table that a run prints."""

from collections import defaultdict
from collections.abc import Sequence

from tests.chaos.judge import Verdict
from tests.chaos.run import Happened

_SHOWN_CASES = 10


def table(happened: Sequence[Happened], verdict: Verdict) -> str:
    """Faults with the seconds until a new message was answered, counts, and the cases of each failure."""
    by_fault: defaultdict[str, list[str]] = defaultdict(list)
    for each in happened:
        by_fault[each.fault].append("never" if each.answered is None else f"{each.answered:.1f}")
    lines = ["| fault | a new message was answered after, s |", "|---|---|"]
    lines += [f"| {name} | {', '.join(times)} |" for name, times in by_fault.items()]
    lines += ["", "| | |", "|---|--:|"]
    lines += [f"| **{name}** | {len(cases)} |" for name, cases in verdict.wrong.items()]
    lines += [f"| {name} | {count} |" for name, count in sorted(verdict.counts.items())]
    for name, cases in verdict.wrong.items():
        lines += [f"\n{name}: {case}" for case in cases[:_SHOWN_CASES]]
    return "\n".join(lines)
