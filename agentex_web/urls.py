from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from agentex_web.encryption.views import decode

admin.autodiscover()
admin.site.site_header = admin.site.site_title = "Agentex Web"
admin.site.index_title = "Overview"

handler400 = "agentex_web.http.errors.bad_request"

urlpatterns = [
    path("", include("agentex_web.chat.urls")),
    path("", include("agentex_web.accounts.urls")),
    path("admin/", admin.site.urls),
    path("temporal/codec/decode", decode),
    # Asked for by pages that name no icon, as the admin's.
    path("favicon.ico", RedirectView.as_view(url=f"{settings.STATIC_URL}mark.svg")),
]
