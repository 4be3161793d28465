"""Serves this project's scripts and styles without comments and spaces, at the URLs of their sources. A style
sheet that imports others contains them, so a page needs one request for all of them.

This is a finder of Django's staticfiles: servestatic and collectstatic prefer what it finds to the sources.
Each process that serves files updates the copies in the data directory when it starts, which takes about 50
ms. With DEBUG the sources are served.
"""

import os
import re
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import rcssmin
import rjsmin
from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.storage import StaticFilesStorage

from agentex_web import places

SOURCES = (places.PACKAGE if places.INSTALLED else places.HOME) / "static"
FOLDERS: dict[str, Callable[[str], str]] = {"js": rjsmin.jsmin, "css": rcssmin.cssmin}

IMPORT = re.compile(r'^@import "([\w-]+\.css)";$', re.MULTILINE)


class MinifiedFinder(BaseFinder):
    """Finds the minified copies of ``static/js`` and ``static/css``."""

    def __init__(self, *_: Any, **__: Any) -> None:
        versions = f"{rjsmin.__version__}-{rcssmin.__version__}"
        self._folder = settings.DATA_DIR / "minified" / versions
        self._names = [name for kind in FOLDERS for name in self._minify(kind)]
        self._storage = StaticFilesStorage(location=self._folder, base_url=settings.STATIC_URL)

    def check(self, **_: Any) -> list[Any]:
        return []

    def list(self, _ignore_patterns: Iterable[str] | None) -> Iterable[Any]:
        return [(name, self._storage) for name in self._names]

    def find(self, path: str, find_all: bool = False, **_: Any) -> Any:
        found = [str(self._folder / path)] if path in self._names else []
        return found if find_all else next(iter(found), [])

    def _minify(self, kind: str) -> Iterable[str]:
        for source in sorted((SOURCES / kind).rglob(f"*.{kind}")):
            name = source.relative_to(SOURCES).as_posix()
            _bring_up_to_date(source, self._folder / name, FOLDERS[kind])
            yield name


def _bring_up_to_date(source: Path, copy: Path, minify: Callable[[str], str]) -> None:
    text = source.read_text(encoding="utf-8")
    imported = [source.with_name(name) for name in IMPORT.findall(text)]
    changed = max(each.stat().st_mtime_ns for each in (source, *imported))
    if copy.exists() and copy.stat().st_mtime_ns == changed:
        return
    text = IMPORT.sub(lambda found: source.with_name(found[1]).read_text(encoding="utf-8"), text)
    copy.parent.mkdir(parents=True, exist_ok=True)
    # Written to a temporary file and renamed, because another process may be serving the copy.
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=copy.parent, delete=False) as draft:
        draft.write(minify(text))
    os.utime(draft.name, ns=(changed, changed))
    Path(draft.name).replace(copy)
