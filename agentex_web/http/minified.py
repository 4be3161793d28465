"""Serves this project's scripts and styles without comments and spaces, at the URLs of their sources. A style
sheet that imports others contains them, and the scripts' modules are in two files (``bundle.py``), so a page
needs few requests.

This is a finder of Django's staticfiles: servestatic and collectstatic prefer what it finds to the sources.
The first process that serves a new version writes the copies to the data directory, which takes about 50 ms.
With DEBUG the sources are served.
"""

import hashlib
import re
import shutil
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
from agentex_web.http.bundle import bundled

SOURCES = (places.PACKAGE if places.INSTALLED else places.HOME) / "static"
ENTRY, CHATLESS_ENTRIES = "page/chat.js", ("page/transcript.js", "page/print.js", "oversight/admin.js")
"""The script of most pages, and those of pages without a chat. What they import is in two files."""
MINIFY: dict[str, Callable[[str], str]] = {".js": rjsmin.jsmin, ".css": rcssmin.cssmin}
KEPT_VERSIONS = 5
"""How many old versions are kept, because a process that still runs an old version serves its copies."""

_IMPORT = re.compile(r'^@import "([\w-]+\.css)";$', re.MULTILINE)


class MinifiedFinder(BaseFinder):
    """Finds the minified copies of ``static/js`` and ``static/css``.

    Attributes:
        version: differs if any of them does.
    """

    def __init__(self, *_: Any, **__: Any) -> None:
        texts = _scripts() | _styles()
        self.version = _digest(texts)
        self._folder = settings.DATA_DIR / "minified" / self.version
        if not self._folder.exists():
            _write(texts, self._folder)
        self._names = sorted(texts)
        self._storage = StaticFilesStorage(location=self._folder, base_url=settings.STATIC_URL)

    def check(self, **_: Any) -> list[Any]:
        return []

    def list(self, _ignore_patterns: Iterable[str] | None) -> Iterable[Any]:
        return [(name, self._storage) for name in self._names]

    def find(self, path: str, find_all: bool = False, **_: Any) -> Any:
        found = [str(self._folder / path)] if path in self._names else []
        return found if find_all else next(iter(found), [])


def _scripts() -> dict[str, str]:
    """The scripts by their path in static/."""
    folder = SOURCES / "js"
    sources = {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in folder.rglob("*.js")
    }
    return {f"js/{name}": text for name, text in bundled(sources, ENTRY, CHATLESS_ENTRIES).items()}


def _styles() -> dict[str, str]:
    """The style sheets by their path in static/, each with those that it imports."""
    folder = SOURCES / "css"

    def whole(text: str) -> str:
        return _IMPORT.sub(lambda found: (folder / found[1]).read_text(encoding="utf-8"), text)

    return {f"css/{path.name}": whole(path.read_text(encoding="utf-8")) for path in folder.glob("*.css")}


def _digest(texts: dict[str, str]) -> str:
    parts = [
        rjsmin.__version__,
        rcssmin.__version__,
        *(part for item in sorted(texts.items()) for part in item),
    ]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def _write(texts: dict[str, str], folder: Path) -> None:
    """Writes all copies, or none. Then removes those of old versions."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=folder.parent))
    try:
        for name, text in texts.items():
            copy = draft / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(MINIFY[copy.suffix](text), encoding="utf-8")
        draft.rename(folder)
    except OSError:
        # If another process was faster, its copies are there.
        if not folder.exists():
            raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    versions = sorted(folder.parent.iterdir(), key=_written_at, reverse=True)
    for old in versions[KEPT_VERSIONS + 1 :]:
        shutil.rmtree(old, ignore_errors=True)


def _written_at(folder: Path) -> float:
    try:
        return folder.stat().st_mtime
    except FileNotFoundError:  # Another process has renamed its draft, or removed an old version.
        return 0.0
