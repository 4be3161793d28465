"""The admin's site, with an overview and with its pages grouped by subject instead of by Django app."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from agentex_web.oversight.overview import overview
from agentex_web.oversight.sections import by_section


class Site(AdminSite):
    site_header = site_title = "Agentex Web"
    index_title = _("Overview")
    site_url = "/"

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        return super().index(request, {"overview": overview(request.user), **(extra_context or {})})

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """The pages grouped by subject; for a single Django app, as in Django."""
        apps = super().get_app_list(request, app_label)
        return apps if app_label else by_section(apps)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Redirects to the login page that everyone uses, with the same rate limits."""
        answer: HttpResponse = secure_admin_login(super().login)(request, extra_context)
        return answer
