"""String lengths as JavaScript counts them, because a page compares them with its own strings' lengths."""


def utf16_length(text: str) -> int:
    """The number of UTF-16 code units. Half of a surrogate pair counts as one, as in JavaScript."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
