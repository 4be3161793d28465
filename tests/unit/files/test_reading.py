"""Files are read according to their content, in a child process, within limits.

What does not depend on the process calls the child's function here: each process costs a fifth of a second.
"""

import asyncio
import struct
import sys
import zlib
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from PIL import Image

from agentex_web.files import child
from agentex_web.files.kinds import DOCX, PDF, PPTX, TEXT, XLSX
from agentex_web.files.reading import TOO_MUCH, read_file
from agentex_web.files.result import Limits, ReadFile, Unreadable
from tests.unit.files import samples


def read(body: bytes, encoding: str = "", **limits: int) -> ReadFile:
    """Reads a file as the child process does. The memory of a process that runs tests is of any size."""
    return child.read(body, encoding, Limits(**{"memory_bytes": 2**60, **limits}))


def read_in_child(body: bytes, encoding: str = "", **limits: float) -> ReadFile:
    given = Limits(**limits) if limits else None  # type: ignore[arg-type]
    return asyncio.run(read_file(body, owner="ada", encoding=encoding, limits=given))


def test_a_child_process_returns_the_text_the_image_or_the_reason() -> None:
    found = read_in_child(samples.docx())
    assert (found.content_type, found.text.strip(), found.note, found.encoding, found.body) == (
        DOCX, "# Tides\nTwice a day.\nBrest | 18:42", "", "", None,
    )  # fmt: skip
    text = read_in_child("姓名,城市\n".encode("gbk"), "GB18030", characters=2)
    assert (text.content_type, text.text, text.encoding) == (TEXT, "姓名", "GB18030")
    assert text.note == "Only the first 2 characters are read."
    image = read_in_child(samples.image("TIFF", (64, 48)))
    assert image.body is not None and Image.open(BytesIO(image.body)).size == (64, 48)
    with pytest.raises(Unreadable, match="The PDF is damaged or protected by a password."):
        read_in_child(b"%PDF-1.7 nothing")


DOCUMENTS = {
    "pdf": (samples.pdf("The moon pulls the sea"), PDF, "The moon pulls the sea"),
    "docx": (samples.docx(), DOCX, "# Tides\nTwice a day.\nBrest | 18:42"),
    "pptx": (samples.pptx(), PPTX, "## Slide 1\nTides\nNotes: Mention the moon."),
    "xlsx": (samples.xlsx(), XLSX, "## Ports\nBrest | 12 | 0.5"),
    "markdown": (b"# Tides\n", TEXT, "# Tides"),
    "json": (b'{"port": "Brest"}', TEXT, '{"port": "Brest"}'),
}


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_the_text_of_documents(kind: str) -> None:
    body, content_type, text = DOCUMENTS[kind]
    found = read(body)
    assert (found.content_type, found.text.strip(), found.note) == (content_type, text, "")


@pytest.mark.parametrize("kind", ["pdf", "pptx", "xlsx"])
def test_a_child_process_has_the_memory_and_the_libraries_for_each_kind(kind: str) -> None:
    body, content_type, text = DOCUMENTS[kind]
    found = read_in_child(body)
    assert (found.content_type, found.text.strip()) == (content_type, text)


def test_an_encoding_that_is_not_certain_is_named() -> None:
    body = "姓名,城市\n张伟,北京\n王芳,上海\n".encode("gbk")
    assert read(body).encoding == "GB18030"
    assert read(body, "Big5").encoding == "Big5"
    assert read(b"plain").encoding == ""


def test_what_is_left_out_is_said() -> None:
    assert read(b"x" * 300_000).note == "Only the first 200,000 characters are read."
    many = read(samples.pdf("page", pages=5), pages=2)
    assert (many.text.count("page"), many.note) == (2, "Only the first 2 of 5 pages are read.")
    assert "1 characters could not be read as UTF-8" in read(("Grüße " * 9).encode() + b"\xff").note


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_images_that_models_take_are_kept_as_they_are(kind: str) -> None:
    found = read(samples.image(kind))
    assert (found.content_type, found.body) == (f"image/{kind.lower()}", None)


@pytest.mark.parametrize("kind", ["HEIF", "AVIF", "BMP", "TIFF"])
def test_other_images_are_converted(kind: str) -> None:
    found = read(samples.image(kind, (64, 48)))
    assert found.content_type == "image/jpeg" and found.body is not None
    converted = Image.open(BytesIO(found.body))
    assert (converted.format, converted.size) == ("JPEG", (64, 48))


def test_transparency_survives_a_conversion() -> None:
    found = read(samples.image("TIFF", mode="RGBA"))
    assert found.content_type == "image/png"


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that claims to have this many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(500), "The image is damaged."),
        (samples.image("PNG", (200, 200))[:-40], "The image is damaged."),
        (bomb(100_000, 100_000), "the limit is 50 million"),
        (b"%PDF-1.7 nothing", "The PDF is damaged or protected by a password."),
        (samples.pdf(""), "contains no text, only images of pages"),
        (samples.docx()[:-200], "This kind of file cannot be read."),
        (b"MZ\x90\x00\x03\x00\x00\x00\xff\xff" * 20, "This kind of file cannot be read."),
    ],
    ids=["signature", "cut", "bomb", "pdf", "scan", "docx", "program"],
)
def test_what_cannot_be_read_is_refused_with_a_reason(body: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read(body)


def test_an_image_that_is_too_large_once_it_is_converted_is_refused() -> None:
    with pytest.raises(Unreadable) as refused:
        read(samples.image("TIFF", mode="RGBA"), converted_bytes=50)
    assert str(refused.value) == TOO_MUCH


def test_a_file_that_takes_too_long_is_refused() -> None:
    with pytest.raises(Unreadable) as refused:
        read_in_child(samples.pdf("slow", pages=300, repeats=3_000), cpu_seconds=1)
    assert str(refused.value) == TOO_MUCH


def test_a_paragraph_beyond_the_parsers_limit_is_not_called_damaged() -> None:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive, ZipFile(BytesIO(samples.docx())) as small:
        for name in small.namelist():
            archive.writestr(name, small.read(name).replace(b"Twice a day.", b"x" * 11_000_000))
    with pytest.raises(Unreadable) as refused:
        read(out.getvalue())
    assert str(refused.value) == TOO_MUCH


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not limit a process's memory")
def test_a_file_that_takes_too_much_memory_is_refused() -> None:
    out = BytesIO()
    with (
        ZipFile(out, "w", ZIP_DEFLATED, compresslevel=1) as archive,
        ZipFile(BytesIO(samples.docx())) as small,
    ):
        for name in small.namelist():
            # Comments that nobody reads, each an object in memory.
            filler = b"<!---->" * 1_500_000 if name == "word/document.xml" else b""
            archive.writestr(name, small.read(name) + filler)
    with pytest.raises(Unreadable) as refused:
        read_in_child(out.getvalue(), memory_bytes=200_000_000)
    assert str(refused.value) == TOO_MUCH
    # The memory was the reason.
    assert read_in_child(out.getvalue(), memory_bytes=2_000_000_000).text.startswith("# Tides")


def test_one_persons_files_are_read_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    from agentex_web.files import reading

    running: list[object] = []
    most: dict[str, int] = {"ada": 0, "all": 0}

    async def slow(body: bytes, encoding: str, limits: Limits) -> ReadFile:
        running.append(body)
        most["ada"] = max(most["ada"], running.count(b"ada"))
        most["all"] = max(most["all"], len(running))
        await asyncio.sleep(0)
        running.remove(body)
        return ReadFile(TEXT)

    monkeypatch.setattr(reading, "_in_child", slow)

    async def several() -> None:
        ada = [read_file(b"ada", owner="ada") for _ in range(5)]
        others = [read_file(b"eve", owner=number) for number in range(5)]
        await asyncio.gather(*ada, *others)

    asyncio.run(several())
    assert most == {"ada": 1, "all": reading.AT_A_TIME}
