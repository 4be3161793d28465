"""The admin's site: its overview, and its pages by subject and not by Django app."""

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
        """By subject; the page of one Django app is as Django makes it."""
        apps = super().get_app_list(request, app_label)
        return apps if app_label else by_section(apps)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """One way in: the same page as for everybody, with the same limits."""
        answer: HttpResponse = secure_admin_login(super().login)(request, extra_context)
        return answer
