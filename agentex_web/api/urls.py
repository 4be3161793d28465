"""The addresses below ``/api/``."""

from django.urls import include, path

from agentex_web.api.edge import guarded, unknown
from agentex_web.api.openapi import openapi
from agentex_web.api.operations import api

app_name = "api"
urlpatterns = [
    path("v1/openapi.json", openapi, name="openapi"),
    path("v1/", include(guarded(api))),
    path("", unknown, name="root"),
    path("<path:rest>", unknown, name="unknown"),
]
