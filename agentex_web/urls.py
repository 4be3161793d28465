from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from agentex_web.encryption.views import decode
from agentex_web.events.views import receive_event
from agentex_web.installable.views import manifest, offline, service_worker
from agentex_web.languages.scripts import texts

admin.autodiscover()

handler400 = "agentex_web.api.edge.bad_request"
handler500 = "agentex_web.api.edge.server_error"
handler429 = "agentex_web.accounts.views.too_many_requests"

urlpatterns = [
    path("", include("agentex_web.chat.urls")),
    path("prompts/", include("agentex_web.chat.prompts.urls")),
    path("schedules/", include("agentex_web.chat.schedules.urls")),
    path("settings/push/", include("agentex_web.push.urls")),
    path("", include("agentex_web.accounts.urls")),
    path("", include("agentex_web.sharing.urls")),
    path("", include("agentex_web.transfer.urls")),
    path("v1/", include("agentex_web.api.openai.urls")),
    path("admin/", admin.site.urls),
    path("api/", include("agentex_web.api.urls")),
    path("events/<str:token>/", receive_event, name="receive_event"),
    path("manifest.webmanifest", manifest, name="manifest"),
    path("service-worker.js", service_worker, name="service_worker"),
    path("offline/", offline, name="offline"),
    path("temporal/codec/decode", decode),
    path("i18n/<str:language>.<str:revision>.js", texts, name="script_texts"),
    # Browsers request this for pages that name no icon, such as the admin's.
    path("favicon.ico", RedirectView.as_view(url=f"{settings.STATIC_URL}mark.svg")),
]
