"""How often a process of the tests looks for garbage: by Python's defaults, that is a twentieth of a test's CPU."""

import gc


def collect_rarely() -> None:
    """Collects the youngest objects after 50,000 new ones instead of 700: some 10 MB."""
    gc.set_threshold(50_000, 20, 50)
