from django.apps import AppConfig
from django.contrib.admin.apps import SimpleAdminConfig


class OversightConfig(AppConfig):
    name = "agentex_web.oversight"
    label = "oversight"


class SiteConfig(SimpleAdminConfig):
    """Django's admin with this project's site; urls.py discovers the pages."""

    default = False
    default_site = "agentex_web.oversight.site.Site"
