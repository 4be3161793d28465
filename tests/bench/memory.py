"""Memory of each process of `manage.py run`: before the first chat, and after 50 chats."""

import time
from collections import defaultdict
from collections.abc import Iterator

from django.conf import settings

from tests.bench.chats import begin_chats, say_in_all
from tests.bench.dashboard import Dashboard
from tests.bench.figures import Figure
from tests.bench.processes import Memory
from tests.support.people import new_person

CHATS = 50
SETTLING_SECONDS = 5.0
HOW = (
    "VmRSS of /proc/*/status and Pss of smaps_rollup (a page that n processes share counts 1/n), "
    f"{SETTLING_SECONDS:g} s after the dashboard was ready and after {CHATS} chats with the demo model: two "
    "turns each, the second turns all at once with an open socket each."
)


def measure(runs: int) -> Iterator[Figure]:
    samples: defaultdict[str, list[float]] = defaultdict(list)
    for _ in range(runs):
        with Dashboard(settings.DATA_DIR) as dashboard, new_person(dashboard.url) as person:
            time.sleep(SETTLING_SECONDS)
            idle = dashboard.memory()
            tasks = begin_chats(person, CHATS, "Good morning!")
            say_in_all(person, tasks, ["A few words about the sea, please."] * CHATS)
            time.sleep(SETTLING_SECONDS)
            after = dashboard.memory()
        for part in sorted(after):
            _note(samples, part, idle[part], after[part])
        _note(samples, "all", sum(idle.values(), Memory()), sum(after.values(), Memory()))
    how = HOW
    for name, values in samples.items():
        yield Figure(name, "MiB", values, how)
        how = ""


def _note(samples: defaultdict[str, list[float]], part: str, idle: Memory, after: Memory) -> None:
    samples[f"{part}: RSS idle"].append(idle.rss)
    samples[f"{part}: PSS idle"].append(idle.pss)
    samples[f"{part}: RSS after {CHATS} chats"].append(after.rss)
    samples[f"{part}: PSS after {CHATS} chats"].append(after.pss)
