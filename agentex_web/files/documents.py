"""Extracts the text of PDF and Office files. Runs in the child process: some need much time or memory."""

from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import islice

from agentex_web.files.kinds import DOCX, PDF, PPTX, SPREADSHEETS
from agentex_web.files.process_limits import is_out_of_memory
from agentex_web.files.result import TOO_MUCH, Limits, Unreadable


def document_text(content_type: str, body: bytes, limits: Limits) -> tuple[str, str]:
    """Returns the text, and a note for the person if not all of it was read.

    Raises:
        Unreadable: the file is damaged, protected or too large, or contains no text.
    """
    try:
        parts, note = _parts(content_type, body, limits)
        text, is_cut = _collected(parts, limits.characters)
    except Unreadable:
        raise
    # The libraries raise errors of their own; malicious files can cause any Python exception.
    except Exception as error:
        if is_out_of_memory(error, limits.memory_bytes) or any(words in str(error) for words in _LIMITS):
            raise Unreadable(TOO_MUCH) from error
        raise Unreadable(
            f"{_NAMES.get(content_type, 'The file')} is damaged or protected by a password."
        ) from error
    if not text.strip():
        reason = "contains no text, only images of pages. Attach those as images instead."
        raise Unreadable(f"The PDF {reason}" if content_type == PDF else "The file contains no text.")
    return text, f"Only the first {limits.characters:,} characters are read." if is_cut else note


_LIMITS = ("XML_PARSE_HUGE", "exceeds maximum allowed", "exceeds allowed limit")
"""In the errors of lxml and pypdf for a file beyond a limit of theirs, such as 10 MB in a paragraph."""
_NAMES = {PDF: "The PDF", DOCX: "The document", PPTX: "The presentation"}


def _parts(content_type: str, body: bytes, limits: Limits) -> tuple[Iterator[str], str]:
    """The parts of the text, such as pages, and a note if some are left out."""
    if content_type == PDF:
        return _pdf_pages(body, limits.pages)
    if content_type == DOCX:
        return _docx_blocks(body), ""
    if content_type == PPTX:
        return _slides(body), ""
    if content_type in SPREADSHEETS:
        return _sheets(body), ""
    raise Unreadable("This kind of file cannot be read.")


def _collected(parts: Iterable[str], most: int) -> tuple[str, bool]:
    """The parts up to a number of characters, and whether that is not all."""
    taken: list[str] = []
    left = most
    for part in parts:
        taken.append(part[:left])
        left -= len(part)
        if left <= 0:
            return "\n".join(taken), True
    return "\n".join(taken), False


def _pdf_pages(body: bytes, most: int) -> tuple[Iterator[str], str]:
    from pypdf import PdfReader

    pages = PdfReader(BytesIO(body)).pages
    count = len(pages)
    note = f"Only the first {most:,} of {count:,} pages are read." if count > most else ""
    return (page.extract_text() + "\n" for page in islice(pages, most)), note


def _docx_blocks(body: bytes) -> Iterator[str]:
    from docx import Document
    from docx.table import Table

    for block in Document(BytesIO(body)).iter_inner_content():
        if isinstance(block, Table):
            yield from (_row(cell.text for cell in row.cells) for row in block.rows)
        else:
            style = (block.style.name or "") if block.style is not None else ""
            level = style.removeprefix("Heading ") if style.startswith("Heading ") else ""
            yield f"{'#' * int(level)} {block.text}" if level.isdigit() else block.text


def _slides(body: bytes) -> Iterator[str]:
    from pptx import Presentation

    for number, slide in enumerate(Presentation(BytesIO(body)).slides, start=1):
        yield f"## Slide {number}"
        for shape in slide.shapes:
            if shape.has_text_frame:
                yield shape.text_frame.text
            elif shape.has_table:
                yield from (_row(cell.text for cell in row.cells) for row in shape.table.rows)
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
            yield f"Notes: {slide.notes_slide.notes_text_frame.text}"


def _sheets(body: bytes) -> Iterator[str]:
    from python_calamine import CalamineWorkbook

    workbook = CalamineWorkbook.from_filelike(BytesIO(body))
    for name in workbook.sheet_names:
        yield f"## {name}"
        for row in workbook.get_sheet_by_name(name).iter_rows():
            if any(cell != "" for cell in row):
                yield _row(_number(cell) for cell in row)


def _number(cell: object) -> str:
    """Formats a cell without a trailing ``.0``, because spreadsheets store whole numbers as floats."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _row(cells: Iterable[str]) -> str:
    return " | ".join(" ".join(cell.split()) for cell in cells)
