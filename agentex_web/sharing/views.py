"""The views in which owners manage links, and those that readers of a link see."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agentex_web.actions.access import get_task_for_user
from agentex_web.actions.few_at_once import few_at_once
from agentex_web.actions.refused import Refused
from agentex_web.chat.access import person, signed_in
from agentex_web.chat.refusals import refusal
from agentex_web.chat.transcript import entries, render_turns
from agentex_web.files.kinds import TEXT
from agentex_web.sharing import links
from agentex_web.sharing.models import Share
from agentex_web.sharing.snapshots import has_grown
from agentex_web.tasks.models import Attachment
from agentex_web.tasks.threads import in_database

NO_INDEX = {"X-Robots-Tag": "noindex, nofollow, noarchive"}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@signed_in
async def share(request: HttpRequest, task_id: uuid.UUID) -> HttpResponse:
    """The dialog of a chat's link; a POST creates, updates or revokes the link."""
    try:
        return await in_database(_share, request, task_id)
    except Refused as refused:
        return await refusal(request, refused)


@require_safe
@never_cache
@signed_in
async def shares(request: HttpRequest) -> HttpResponse:
    """The page that lists a person's links."""
    return await in_database(_page, request)


@require_POST
@signed_in
async def revoke(request: HttpRequest, share_id: int) -> HttpResponse:
    """Revokes a link, which stops working at once. Responds with the page of links."""
    await in_database(links.revoke, person(request).pk, share_id)
    return await in_database(_page, request)


@require_safe
@never_cache
async def shared(request: HttpRequest, token: str) -> HttpResponse:
    """The chat as readers of the link see it."""
    if (refused := await _login_first(request)) is not None:
        return refused
    return await _shared(request, token)


@few_at_once
async def _shared(request: HttpRequest, token: str) -> HttpResponse:
    link = await in_database(links.shared, token)
    turns = await in_database(links.shared_turns, link)
    await render_turns(request.user.pk or token, turns)
    context: dict[str, Any] = {
        "share": link,
        "task": link.task,
        "asker": link.task.owner.get_short_name() or link.task.owner.get_username(),
        "entries": entries(turns, with_tools=link.with_tools),
        "with_files": link.with_files,
    }
    answer = await in_database(render, request, "sharing/shared.html", context)
    answer.headers["X-Robots-Tag"] = NO_INDEX["X-Robots-Tag"]
    return answer


@require_safe
@never_cache
async def file(request: HttpRequest, token: str, attachment_id: uuid.UUID) -> HttpResponse:
    """A file of a shared chat, if the link has files. Its headers keep browsers from running it."""
    if (refused := await _login_first(request)) is not None:
        return refused
    return await _shared_file(request, token, attachment_id)


@few_at_once
async def _shared_file(_request: HttpRequest, token: str, attachment_id: uuid.UUID) -> HttpResponse:
    row, body = await in_database(_file, token, attachment_id)
    kind = "text/plain; charset=utf-8" if row.content_type == TEXT else row.content_type
    disposition = content_disposition_header(as_attachment=not row.is_image, filename=row.name)
    headers = {
        **NO_INDEX,
        "Content-Disposition": disposition or "attachment",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(body, content_type=kind, headers=headers)


async def _login_first(request: HttpRequest) -> HttpResponse | None:
    """Redirects people who are not signed in to the login page, unless links are public. They do not learn
    whether the link exists.
    """
    request.user = await request.auser()
    if settings.AGENTEX_PUBLIC_SHARES or request.user.is_authenticated:
        return None
    return redirect_to_login(request.get_full_path())


def _share(request: HttpRequest, task_id: uuid.UUID) -> HttpResponse:
    task = get_task_for_user(request.user, task_id)
    link: Share | None = links.link_to(task)
    if request.method == "POST":
        if "revoke" in request.POST:
            if link is not None:
                links.revoke(task.owner_id, link.pk)
            link = None
        else:
            given = {name: name in request.POST for name in ("with_tools", "with_files")}
            try:
                link = links.share(task, **given)
            except links.NothingToShare:
                raise Refused(_("There is nothing to share yet: the agent has not answered.")) from None
    is_behind = link is not None and (link.head_id != task.head_id or has_grown(link))
    context = {
        "task": task,
        "share": link,
        "address": request.build_absolute_uri(link.get_absolute_url()) if link else "",
        "is_behind": is_behind,
        "is_public": settings.AGENTEX_PUBLIC_SHARES,
    }
    return render(request, "sharing/_share.html", context)


def _page(request: HttpRequest) -> HttpResponse:
    found = list(links.links_of(person(request).pk))
    return render(
        request, "sharing/shares.html", {"shares": found, "is_public": settings.AGENTEX_PUBLIC_SHARES}
    )


def _file(token: str, attachment_id: uuid.UUID) -> tuple[Attachment, bytes]:
    row = links.shared_file(links.shared(token), attachment_id)
    try:
        with row.file.open("rb") as stored:
            return row, stored.read()
    except FileNotFoundError:
        raise Http404("This file no longer exists.") from None
