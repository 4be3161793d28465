"""How often a process of the tests looks for garbage. By Python's defaults, that costs 2 to 3 % of its CPU more."""

import gc


def collect_rarely() -> None:
    """Collects the youngest objects after 50,000 new ones instead of 700: some 10 MB."""
    gc.set_threshold(50_000, 20, 50)
