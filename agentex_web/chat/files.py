"""Serves attached files to people who may read them."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from agentex_web.actions.access import attachment_of
from agentex_web.actions.few_at_once import few_at_once
from agentex_web.actions.files import stored_file
from agentex_web.chat.access import signed_in
from agentex_web.files.kinds import PDF, TEXT
from agentex_web.tasks.threads import in_database


@require_safe
@cache_control(private=True, max_age=3600)
@signed_in
@few_at_once
async def file(request: HttpRequest, attachment_id: uuid.UUID) -> HttpResponse:
    """Serves a file: pictures for display, or with ``?download`` as a download like all other files. Headers
    keep the browser from running anything in it.
    """
    row, body = await in_database(stored_file, request.user, attachment_id)
    kind = "text/plain; charset=utf-8" if row.content_type == TEXT else row.content_type
    is_saved = not row.is_image or "download" in request.GET
    disposition = content_disposition_header(as_attachment=is_saved, filename=row.name)
    return HttpResponse(
        body,
        content_type=kind,
        headers={
            "Content-Disposition": disposition or "attachment",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
        },
    )


@require_safe
@cache_control(private=True, max_age=3600)
@signed_in
@few_at_once
async def pages(request: HttpRequest, attachment_id: uuid.UUID) -> HttpResponse:
    """A PDF for the browser's own viewer, in a frame on this site's pages. 404 for any other file.

    Viewers do not work in the sandbox that other files are served with. A PDF runs nothing in this site's
    origin: its type was detected from its content, and the browser may not treat it as another type.
    """
    row, body = await in_database(stored_file, request.user, attachment_id)
    if row.content_type != PDF:
        raise Http404("This file has no pages.")
    return HttpResponse(
        body,
        content_type=PDF,
        headers={
            "Content-Disposition": content_disposition_header(as_attachment=False, filename=row.name)
            or "inline",
            "Content-Security-Policy": "frame-ancestors 'self'",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "SAMEORIGIN",
        },
    )


@require_safe
@cache_control(private=True, max_age=3600)
@signed_in
async def text(request: HttpRequest, attachment_id: uuid.UUID) -> HttpResponse:
    """The text of a document that the model is given, as plain text. 404 for a picture."""
    words = await in_database(_text, request, attachment_id)
    return HttpResponse(words, content_type="text/plain; charset=utf-8")


def _text(request: HttpRequest, attachment_id: uuid.UUID) -> str:
    row = attachment_of(request.user, attachment_id)
    if row.is_image:
        raise Http404("A picture has no text.")
    return row.text
