"""Long texts for tests of what a rendering costs."""

SIZE = 12_000
"""In characters. What is quadratic takes more than RATIO times as long as harmless text of this size."""


ROUNDS = 3


def filled(piece: str, size: int = SIZE) -> str:
    return (piece * (size // len(piece) + 1))[:size]
