"""The sources that an answer cites, each once, in order of first appearance."""

from typing import Any

from agentex_web.worker.model.hosted import is_address


def citations_of(item: Any) -> list[dict[str, str]]:
    """Returns the sources that a message's text cites.

    Returns:
        ``url`` and ``title`` for a web page; only ``title`` for a file.
    """
    found: dict[str, dict[str, str]] = {}
    for part in item.content or []:
        for note in getattr(part, "annotations", None) or []:
            url, title = getattr(note, "url", ""), getattr(note, "title", "") or getattr(note, "filename", "")
            if is_address(url):
                found.setdefault(url, {"url": url, "title": title or url})
            elif title and isinstance(title, str) and not url:
                found.setdefault(title, {"title": title})
    return list(found.values())
