"""A person's prompts: the list, the form, and the prompts that the Message box offers after a slash."""

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Case, When
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agentex_web.chat.access import person, signed_in
from agentex_web.prompts.models import MOST, Prompt, usable_by
from agentex_web.tasks.threads import in_database

OFFERED = 20
"""Maximum number of prompts that the Message box offers."""
SHARED = 500
"""Maximum number of other people's prompts that the page lists."""


class PromptForm(forms.ModelForm[Prompt]):
    class Meta:
        model = Prompt
        fields = ("title", "text", "shared")
        widgets = {"text": forms.Textarea(attrs={"rows": 8, "dir": "auto"})}


@require_safe
@never_cache
@signed_in
async def prompts(request: HttpRequest) -> HttpResponse:
    """The person's prompts, and those that others share."""
    return await in_database(_list, request)


@require_safe
@never_cache
@signed_in
async def suggest(request: HttpRequest) -> HttpResponse:
    """``{"prompts": [{"title", "text", "owner"}]}``: prompts whose name contains all words of ``q``."""
    return JsonResponse({"prompts": await in_database(_suggest, request)})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@signed_in
async def new(request: HttpRequest) -> HttpResponse:
    """The form for a new prompt; POST creates it."""
    return await in_database(_edit, request, Prompt(owner=person(request)))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@signed_in
async def edit(request: HttpRequest, prompt_id: int) -> HttpResponse:
    """The form of one of the person's prompts; POST changes it."""
    return await in_database(_edit_own, request, prompt_id)


@require_POST
@signed_in
async def delete(request: HttpRequest, prompt_id: int) -> HttpResponse:
    """Deletes one of the person's prompts."""
    await in_database(_delete, request, prompt_id)
    return HttpResponseRedirect(reverse("prompts:list"))


def _list(request: HttpRequest) -> HttpResponse:
    owner = person(request).pk
    context = {
        "own": list(usable_by(owner).filter(owner=owner)[:MOST]),
        "shared": list(usable_by(owner).exclude(owner=owner)[:SHARED]),
    }
    return render(request, "prompts/list.html", context)


def _suggest(request: HttpRequest) -> list[dict[str, str]]:
    owner = person(request)
    found = usable_by(owner.pk)
    for word in request.GET.get("q", "")[:80].split():
        found = found.filter(title__icontains=word)
    # The person's own prompts come first.
    rows = found.order_by(Case(When(owner=owner, then=0), default=1), "title", "pk")[:OFFERED]
    return [
        {
            "title": row.title,
            "text": row.text,
            "owner": "" if row.owner_id == owner.pk else row.owner.get_username(),
        }
        for row in rows
    ]


def _own(request: HttpRequest, prompt_id: int) -> Prompt:
    row = Prompt.objects.filter(pk=prompt_id, owner=person(request)).first()
    if row is None:
        raise Http404("There is no such prompt.")
    return row


def _edit_own(request: HttpRequest, prompt_id: int) -> HttpResponse:
    return _edit(request, _own(request, prompt_id))


def _edit(request: HttpRequest, prompt: Prompt) -> HttpResponse:
    form = PromptForm(request.POST or None, instance=prompt)
    if request.method == "POST" and form.is_valid() and _kept(form, prompt):
        messages.success(request, _("Saved."))
        return HttpResponseRedirect(reverse("prompts:list"))
    return render(request, "prompts/form.html", {"form": form, "prompt": prompt})


@transaction.atomic
def _kept(form: PromptForm, prompt: Prompt) -> bool:
    """Saves the prompt. If the person has too many, adds that error to the form and returns False."""
    # Locked, so that two concurrent requests cannot both take the last free place.
    User.objects.select_for_update().only("pk").get(pk=prompt.owner_id)
    if prompt.pk is None and Prompt.objects.filter(owner=prompt.owner).count() >= MOST:
        form.add_error(
            None, _("You have %(count)s prompts, which is the limit. Delete one first.") % {"count": MOST}
        )
        return False
    form.save()
    return True


def _delete(request: HttpRequest, prompt_id: int) -> None:
    _own(request, prompt_id).delete()
    messages.success(request, _("Deleted."))
