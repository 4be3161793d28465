"""Decodes bytes to text. An uncertain encoding is reported, so that the person can choose another."""

import re
from dataclasses import dataclass

CHOICES = (
    *("UTF-8", "UTF-16", "UTF-16LE", "UTF-16BE"),
    *("Windows-1250", "Windows-1251", "Windows-1252", "Windows-1253", "Windows-1254", "Windows-1255"),
    *("Windows-1256", "Windows-1257", "Windows-1258", "KOI8-R", "KOI8-U", "CP866", "CP850", "MacRoman"),
    *("GB18030", "Big5", "Shift_JIS", "EUC-JP", "EUC-KR", "TIS-620"),
)
"""The encodings that a person may choose."""

_PYTHON_NAMES = {"MacRoman": "mac_roman", "Shift_JIS": "cp932", "EUC-KR": "cp949", "Big5": "big5hkscs"}
_CANONICAL = {name.upper(): name for name in CHOICES} | {
    "CP932": "Shift_JIS",
    "CP949": "EUC-KR",
    "GBK": "GB18030",
    "GB2312": "GB18030",
    "IBM866": "CP866",
    "CP874": "TIS-620",
}
"""Maps the names that chardet returns, in upper case, to the names in ``CHOICES``."""

SAMPLE_BYTES = 256_000
"""Number of bytes used for detection; more would make it slower but not more accurate."""
SURE = 0.12
"""chardet 7.7: for 30 short texts in 16 encodings, every result with at least this confidence was right."""
MOSTLY_ASCII = 0.4
"""Texts in the Latin script have a smaller share of bytes above 127 than this, other scripts a larger one."""

_NOT_TEXT = re.compile(r"[\x01-\x07\x0e-\x1a\x1c-\x1f\x7f]")
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig", "UTF-8"),
    (b"\xff\xfe\x00\x00", "utf-32", "UTF-32"),
    (b"\x00\x00\xfe\xff", "utf-32", "UTF-32"),
    (b"\xff\xfe", "utf-16", "UTF-16"),
    (b"\xfe\xff", "utf-16", "UTF-16"),
)


class NotText(Exception):
    """The bytes are not text in any known encoding."""


@dataclass(frozen=True)
class Decoded:
    """A text and how it was read.

    Attributes:
        encoding: one of ``CHOICES``, or ``UTF-32…``.
        certain: False if the encoding was detected and may be wrong.
        damaged: how many bytes or characters could not be decoded; each is U+FFFD in the text.
    """

    text: str
    encoding: str
    certain: bool = True
    damaged: int = 0


def decode(body: bytes, encoding: str = "") -> Decoded:
    """Decodes ``body``.

    Args:
        encoding: one of ``CHOICES``, chosen by a person; empty to detect it.

    Raises:
        NotText: the data is binary.
    """
    if encoding:
        text = body.decode(_PYTHON_NAMES.get(encoding, encoding), "replace").lstrip("\ufeff")
        return Decoded(_clean(text), encoding, damaged=text.count("\ufffd"))
    for bom, python_name, name in _BOMS:
        if body.startswith(bom):
            text = body.decode(python_name, "replace")
            return Decoded(_text_only(text), name, damaged=text.count("\ufffd"))
    return _utf8(body) or _wide(body) or _detected(body)


def _utf8(body: bytes) -> Decoded | None:
    try:
        return Decoded(_text_only(body.decode()), "UTF-8")
    except UnicodeDecodeError:
        text = body.decode("utf-8", "replace")
    except NotText:
        return None
    damaged = text.count("\ufffd")
    whole = len(text.encode("utf-8", "replace")) - len(text) - 2 * damaged
    # Text with accents in another encoding rarely contains valid UTF-8 sequences.
    if whole > 4 * damaged and not _NOT_TEXT.search(text):
        return Decoded(_clean(text), "UTF-8", damaged=damaged)
    return None


def _wide(body: bytes) -> Decoded | None:
    """UTF-16 and UTF-32 without a byte order mark, detected by where the zero bytes of ASCII text are."""
    sample = body[: SAMPLE_BYTES - SAMPLE_BYTES % 4]
    share = [sample[offset::4].count(0) / max(1, len(sample[offset::4])) for offset in range(4)]
    low, high = min(share[0], share[2]), min(share[1], share[3])
    if len(body) % 4 == 0 and share[1] > 0.9 and min(share[2], share[3]) > 0.9 and share[0] < 0.1:
        name, python_name = "UTF-32LE", "utf-32-le"
    elif len(body) % 4 == 0 and min(share[:3]) > 0.9 and share[3] < 0.1:
        name, python_name = "UTF-32BE", "utf-32-be"
    elif high > 0.3 and max(share[0], share[2]) < 0.05:
        name, python_name = "UTF-16LE", "utf-16-le"
    elif low > 0.3 and max(share[1], share[3]) < 0.05:
        name, python_name = "UTF-16BE", "utf-16-be"
    else:
        return None
    text = body.decode(python_name, "replace")
    return Decoded(_text_only(text), name, certain=False, damaged=text.count("\ufffd"))


def _detected(body: bytes) -> Decoded:
    sample = body[:SAMPLE_BYTES]
    if len(body) > SAMPLE_BYTES:
        sample = sample[: sample.rfind(b"\n") + 1] or sample
    # Imported here, because the web process imports this module for CHOICES but never detects encodings.
    import chardet

    found = chardet.detect(sample)
    name, confidence = found["encoding"] or "", found["confidence"] or 0.0
    above = sum(byte > 127 for byte in sample) / max(1, len(sample))
    if not name or (confidence < SURE and above < MOSTLY_ASCII):
        name = "Windows-1252"
    name = _CANONICAL.get(name.upper(), name)
    try:
        text = body.decode(_PYTHON_NAMES.get(name, name), "replace")
    except LookupError:
        name, text = "Windows-1252", body.decode("cp1252", "replace")
    damaged = text.count("\ufffd")
    if damaged > len(text) // 20:
        raise NotText
    return Decoded(_text_only(text), name, certain=False, damaged=damaged)


def _text_only(text: str) -> str:
    """Returns the text without NUL characters, if it is text.

    Raises:
        NotText: too many characters are control characters.
    """
    controls = len(_NOT_TEXT.findall(text)) + text.count("\x00")
    # A log file may contain a few. Escape (for colours) does not count as a control character.
    if controls > len(text) // 200 + 1:
        raise NotText
    return _clean(text)


def _clean(text: str) -> str:
    return text.replace("\x00", "")
