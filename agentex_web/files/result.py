"""What the web process and the child process that reads a file say to each other."""

from dataclasses import dataclass


class Unreadable(Exception):
    """A file that cannot be used; the text says why, for the person who attached it."""


@dataclass(frozen=True)
class Limits:
    """What reading one file may cost.

    Attributes:
        cpu_seconds: processor time of the child process.
        seconds: time on the clock, after which the child is killed.
        memory_bytes: address space of the child.
        characters: of the text that is kept.
        pages: of a PDF.
        pixels: of an image.
    """

    cpu_seconds: int = 10
    seconds: float = 30.0
    memory_bytes: int = 1_500_000_000
    characters: int = 200_000
    pages: int = 300
    pixels: int = 50_000_000


@dataclass(frozen=True)
class ReadFile:
    """A file as it is kept.

    Attributes:
        content_type: by its content; the converted one if it was converted.
        text: what a model is given of a file that is no image.
        encoding: of a text that is not certainly UTF-8, else empty.
        note: for the person, if something of it was left out or replaced.
        body: the bytes to keep if they were converted, else None.
    """

    content_type: str
    text: str = ""
    encoding: str = ""
    note: str = ""
    body: bytes | None = None
