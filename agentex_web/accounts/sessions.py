"""The page that lists a person's login sessions, and ends them."""

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from agentex_web.accounts.browsers import browser_name


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    """Lists a person's sessions; a POST ends one of them, or all except the current one."""
    mine = UserSession.objects.filter(user_id=request.user.pk)
    others = mine.exclude(session_key=request.session.session_key)
    if request.method == "POST":
        wanted = request.POST.get("session", "")
        pk = int(wanted) if wanted.isdecimal() and len(wanted) < 19 else 0
        ended = list(others if wanted == "others" else others.filter(pk=pk))
        if not ended and wanted != "others":
            raise Http404("There is no such session.")
        for each in ended:
            each.end()
        messages.success(
            request, _("The session was ended.") if len(ended) == 1 else _("The sessions were ended.")
        )
        return redirect(request.path)
    if not mine.filter(session_key=request.session.session_key).exists():
        # The session began before sessions were listed, or with the set-up link.
        UserSession.objects.create_from_request(request)
    assert request.user.is_authenticated
    found = UserSession.objects.purge_and_list(request.user)
    found.sort(key=lambda each: (not each.is_current(), -each.created_at.timestamp()))
    rows = [(each, browser_name(each.user_agent)) for each in found]
    return render(request, "usersessions/usersession_list.html", {"sessions": rows})
