"""The page with what agents remember about a person: switch it on or off, add, change, delete."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from agentex_web.memories import keeping
from agentex_web.memories.models import Memory
from agentex_web.preferences.models import Preferences
from agentex_web.remembered import LONGEST, MOST, NotKept
from agentex_web.tasks.models import Task


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def memory(request: HttpRequest) -> HttpResponse:
    """Shows what is remembered. A POST changes it, as ``do`` says."""
    assert isinstance(request.user, User)
    if request.method == "POST":
        try:
            _change(request, request.user)
        except NotKept:
            words = _("A memory has up to %(longest)d characters, and there are up to %(most)d of them.")
            messages.error(request, words % {"longest": LONGEST, "most": MOST})
        return redirect("accounts:memory")
    memories = list(Memory.objects.filter(person=request.user)[:MOST])
    chats = Task.objects.filter(
        owner=request.user, pk__in=[each.task_id for each in memories if each.task_id]
    )
    shown = {
        "is_on": keeping.is_on(request.user.pk),
        "memories": memories,
        # The others were deleted.
        "chats": set(chats.values_list("pk", flat=True)),
        "longest": LONGEST,
    }
    return render(request, "accounts/memory.html", shown)


def _change(request: HttpRequest, user: User) -> None:
    given = request.POST
    match given.get("do"):
        case "on" | "off" as do:
            Preferences.objects.update_or_create(user=user, defaults={"memory": do == "on"})
        case "add":
            keeping.keep(user.pk, given.get("text", ""))
        case "change" if given.get("id", "").isascii() and given.get("id", "").isdigit():
            keeping.change(user.pk, int(given["id"][:18]), given.get("text", ""))
        case "delete" if given.get("id", "").isascii() and given.get("id", "").isdigit():
            keeping.drop(user.pk, int(given["id"][:18]))
        case "clear":
            keeping.drop_all(user.pk)
