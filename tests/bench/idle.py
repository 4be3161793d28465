"""Processor time and memory of the whole stack while nobody uses it, by part."""

import time
from collections import defaultdict
from collections.abc import Iterator

from django.conf import settings

from tests.bench.dashboard import Dashboard
from tests.bench.figures import Figure
from tests.bench.processes import Memory

SETTLING_SECONDS = 20.0
SECONDS = 60.0


def measure(runs: int) -> Iterator[Figure]:
    shares: defaultdict[str, list[float]] = defaultdict(list)
    sizes: defaultdict[str, list[float]] = defaultdict(list)
    for _ in range(runs):
        with Dashboard(settings.DATA_DIR) as dashboard:
            time.sleep(SETTLING_SECONDS)
            before = dashboard.processor_seconds()
            time.sleep(SECONDS)
            after, memory = dashboard.processor_seconds(), dashboard.memory()
        for part in sorted(after):
            shares[part].append(100 * (after[part] - before[part]) / SECONDS)
            sizes[part].append(memory[part].pss)
        shares["all"].append(100 * sum(after[part] - before[part] for part in after) / SECONDS)
        sizes["all"].append(sum(memory.values(), Memory()).pss)
    how = f"utime + stime of /proc/*/stat in {SECONDS:g} s, from {SETTLING_SECONDS:g} s after the start; no page is open."
    for part, values in shares.items():
        yield Figure(f"idle: {part}", "% of a core", values, how)
        how = ""
    how = "Pss of smaps_rollup: a page that n processes share counts 1/n."
    for part, values in sizes.items():
        yield Figure(f"idle: {part}", "MiB", values, how)
        how = ""
