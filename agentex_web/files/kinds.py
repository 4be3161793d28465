"""Determines a file's content type from its first bytes, because a file's name proves nothing."""

import zipfile
from io import BytesIO

TEXT, PDF = "text/plain", "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
XLS, ODS = "application/vnd.ms-excel", "application/vnd.oasis.opendocument.spreadsheet"
SPREADSHEETS = (XLSX, XLS, ODS)

MODEL_IMAGES = ("image/png", "image/jpeg", "image/gif", "image/webp")
"""The image types that models accept. Others are converted."""
OTHER_IMAGES = ("image/heic", "image/avif", "image/bmp", "image/tiff")

ACCEPTED = (*MODEL_IMAGES, *OTHER_IMAGES, PDF, DOCX, PPTX, *SPREADSHEETS)
"""The types that can be read besides text, for the browser's file dialog."""

_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"%PDF-", PDF),
    # The container of the Office formats before 2007; of those, calamine reads only Excel's.
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", XLS),
)
_BRANDS = {
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heic",
    b"msf1": "image/heic",
    b"avif": "image/avif",
    b"avis": "image/avif",
}
_PARTS = (("word/document.xml", DOCX), ("xl/workbook.xml", XLSX), ("ppt/presentation.xml", PPTX))


def content_type_of(body: bytes) -> str:
    """The content type according to the bytes; empty for text and unknown types."""
    for signature, content_type in _SIGNATURES:
        if body.startswith(signature) and (signature != b"BM" or _is_bitmap(body)):
            return content_type
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return "image/webp"
    if body[4:8] == b"ftyp":
        return _BRANDS.get(body[8:12], "")
    return _office_type(body) if body.startswith(b"PK\x03\x04") else ""


def _is_bitmap(body: bytes) -> bool:
    """A text may also begin with BM; a bitmap has two reserved words of zero after the size."""
    return len(body) > 26 and body[6:10] == b"\x00\x00\x00\x00"


def _office_type(body: bytes) -> str:
    try:
        with zipfile.ZipFile(BytesIO(body)) as archive:
            names = set(archive.namelist())
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 100:
                return ODS if archive.read("mimetype").decode("ascii", "replace") == ODS else ""
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        return ""
    return next((content_type for part, content_type in _PARTS if part in names), "")
