from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("agentex_web.chat.urls")),
    path("", include("agentex_web.accounts.urls")),
    path("admin/", admin.site.urls),
]
