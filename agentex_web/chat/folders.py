"""Creates, renames and removes folders of chats. The chats of a removed folder return to the list."""

from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from agentex_web.actions.refused import Refused
from agentex_web.background import in_background
from agentex_web.chat.access import person, signed_in
from agentex_web.chat.forms import FolderForm
from agentex_web.chat.refusals import refusal, valid
from agentex_web.journal.record import report_chat
from agentex_web.tasks.models import Folder
from agentex_web.tasks.threads import in_database

MOST = 200
"""Maximum number of folders per person."""


@require_safe
@never_cache
@signed_in
async def choose(request: HttpRequest) -> HttpResponse:
    """The dialog in which a person chooses a folder for chats."""
    return await in_database(_choose, request)


@require_POST
@signed_in
async def create(request: HttpRequest) -> HttpResponse:
    """Creates a folder. Responds with the dialog in which the new folder is selected."""
    return await _changed(request, _create)


@require_POST
@signed_in
async def rename(request: HttpRequest, folder_id: int) -> HttpResponse:
    return await _changed(request, _rename, folder_id)


@require_POST
@signed_in
async def remove(request: HttpRequest, folder_id: int) -> HttpResponse:
    """Removes a folder; its chats stay."""
    return await _changed(request, _remove, folder_id)


async def _changed(request: HttpRequest, change: object, *args: int) -> HttpResponse:
    assert callable(change)
    try:
        answer: HttpResponse = await in_database(change, request, *args)
    except Refused as refused:
        return await refusal(request, refused)
    user = person(request)
    in_background(report_chat(user.pk), f"Account {user.pk}: the report of a changed folder")
    return answer


def _choose(request: HttpRequest, chosen: int | None = None) -> HttpResponse:
    context = {"folders": Folder.objects.filter(owner=person(request)), "chosen": chosen}
    return render(request, "chat/_folder_choice.html", context)


def _create(request: HttpRequest) -> HttpResponse:
    owner, name = person(request), valid(FolderForm(request.POST))["name"]
    if Folder.objects.filter(owner=owner).count() >= MOST:
        raise Refused(_("You have %(most)d folders, which is the limit. Remove one first.") % {"most": MOST})
    folder, _created = Folder.objects.get_or_create(owner=owner, name=name)
    return _choose(request, folder.pk)


def _rename(request: HttpRequest, folder_id: int) -> HttpResponse:
    folder, name = _own(request, folder_id), valid(FolderForm(request.POST))["name"]
    folder.name = name
    try:
        with transaction.atomic():
            folder.save(update_fields=("name",))
    except IntegrityError:
        raise Refused(_("You already have a folder with this name."), 409) from None
    return HttpResponse(status=204)


def _remove(request: HttpRequest, folder_id: int) -> HttpResponse:
    _own(request, folder_id).delete()
    return HttpResponse(status=204)


def _own(request: HttpRequest, folder_id: int) -> Folder:
    folder = Folder.objects.filter(owner=person(request), pk=folder_id).first()
    if folder is None:
        raise Http404("There is no such folder.")
    return folder
