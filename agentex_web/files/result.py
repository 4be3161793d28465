"""The data exchanged between the web process and the child process that reads a file."""

from dataclasses import dataclass

TOO_MUCH = "The file takes too much time or memory to read. Attach a part of it, or its text."


class Unreadable(Exception):
    """The file cannot be used; the message tells the person who attached it why."""


@dataclass(frozen=True)
class Limits:
    """Limits on reading one file.

    Attributes:
        cpu_seconds: CPU time of the child process.
        seconds: elapsed time, after which the child is killed. On a busy machine it gets little of the CPU.
        memory_bytes: address space of the child.
        characters: characters of the text that is stored.
        pages: pages of a PDF.
        pixels: pixels of an image.
        converted_bytes: of an image after its conversion.
    """

    cpu_seconds: int = 10
    seconds: float = 60.0
    memory_bytes: int = 1_500_000_000
    characters: int = 200_000
    pages: int = 300
    pixels: int = 50_000_000
    converted_bytes: int = 50_000_000


@dataclass(frozen=True)
class ReadFile:
    """A file as it is stored.

    Attributes:
        content_type: the type of its content; if it was converted, the new one.
        text: the text that a model is given, unless the file is an image.
        encoding: the encoding of a text that is not certainly UTF-8, else empty.
        note: tells the person what was omitted or replaced.
        body: the converted bytes to store; None to store the original ones.
    """

    content_type: str
    text: str = ""
    encoding: str = ""
    note: str = ""
    body: bytes | None = None
