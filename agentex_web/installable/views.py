"""These views are at the root of the site, because a service worker controls only pages below its own URL."""

from django.contrib.staticfiles import finders
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe


@require_safe
@cache_control(public=True, max_age=3_600)
def manifest(_request: HttpRequest) -> HttpResponse:
    sizes = ((192, "any"), (512, "any"), (512, "maskable"))
    icons = [
        {
            "src": static(f"icons/{'maskable' if purpose == 'maskable' else 'icon'}-{size}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for size, purpose in sizes
    ]
    return JsonResponse(
        {
            "name": "Agentex",
            "short_name": "Agentex",
            "description": _("Chat with durable AI agents."),
            "id": "/",
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": "#f8f9f7",
            "theme_color": "#0b6b57",
            "icons": icons,
        },
        content_type="application/manifest+json",
    )


@require_safe
@cache_control(no_cache=True)
def service_worker(_request: HttpRequest) -> FileResponse:
    found = str(finders.find("js/service-worker.js"))
    return FileResponse(open(found, "rb"), content_type="text/javascript")


@require_safe
@cache_control(no_cache=True)
def offline(request: HttpRequest) -> HttpResponse:
    """The page that the service worker shows without a network. It has no personal content."""
    return render(request, "installable/offline.html")
