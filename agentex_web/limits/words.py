"""Until when, as people read it."""


def in_words(seconds: int) -> str:
    """``5 seconds``, ``1 minute``, ``3 hours``: rounded up, so that nobody comes too early."""
    for unit, length in (("hour", 3_600), ("minute", 60)):
        if seconds > length:
            return _counted(-(-seconds // length), unit)
    return _counted(seconds, "second")


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
