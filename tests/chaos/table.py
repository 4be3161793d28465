"""The Markdown table that a run prints."""

from collections import defaultdict

from tests.chaos.run import Report

_SHOWN_CASES = 10


def table(report: Report) -> str:
    """Faults with the seconds until a new message was answered, counts, and the cases of each failure."""
    times: defaultdict[str, list[str]] = defaultdict(list)
    hits: defaultdict[str, list[str]] = defaultdict(list)
    for each in report.happened:
        times[each.fault].append("never" if each.answered is None else f"{each.answered:.1f}")
        hits[each.fault] += filter(None, [each.hit])
    lines = ["| fault | a new message was answered after, s | what it hit |", "|---|---|---|"]
    lines += [
        f"| {name} | {', '.join(seconds)} | {', '.join(hits[name])} |" for name, seconds in times.items()
    ]
    verdict = report.verdict
    lines += ["", "| | |", "|---|--:|"]
    lines += [f"| **{name}** | {len(cases)} |" for name, cases in verdict.wrong.items()]
    lines += [f"| {name} | {count} |" for name, count in sorted(verdict.counts.items())]
    for name, cases in verdict.wrong.items():
        lines += [f"\n{name}: {case}" for case in cases[:_SHOWN_CASES]]
    return "\n".join(lines)
