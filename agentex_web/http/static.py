"""Headers of static files. The settings name this function, so it imports no Django."""


def static_headers(headers: dict[str, str], path: str, url: str) -> None:
    """Lets this site alone frame the pages among the static files: the frame that draws diagrams."""
    if url.endswith(".html"):
        headers["Content-Security-Policy"] = "frame-ancestors 'self'"
