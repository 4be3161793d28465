"""Headers of static files. The settings refer to this function, so it imports no Django."""


def static_headers(headers: dict[str, str], path: str, url: str) -> None:
    """Lets only this site embed the static HTML page, the frame that draws diagrams."""
    if url.endswith(".html"):
        headers["Content-Security-Policy"] = "frame-ancestors 'self'"
