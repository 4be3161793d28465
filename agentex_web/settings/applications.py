"""What Django loads: apps, middleware, templates, URLs."""

from agentex_web import places
from agentex_web.configuration.providers import social_apps
from agentex_web.settings.accounts import AGENTEX_SOCIAL
from agentex_web.settings.environment import BASE_DIR

INSTALLED_APPS = [
    # Ours come before daphne and channels, which have commands of the same names.
    "agentex_web.tasks",
    "agentex_web.waits",
    "agentex_web.suggestions",
    "agentex_web.memories",
    "agentex_web.accounts",
    "agentex_web.search",
    "agentex_web.watches",
    "agentex_web.events",
    "agentex_web.prompts",
    "agentex_web.announcements",
    "agentex_web.schedules",
    "agentex_web.chat",
    "agentex_web.oversight",
    "agentex_web.preferences",
    "agentex_web.push",
    "agentex_web.imports",
    "agentex_web.sharing",
    "agentex_web.api.openai",
    "agentex_web",
    # Not "django.contrib.admin", which imports every admin.py in every process; urls.py does that instead.
    "agentex_web.oversight.apps.SiteConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "servestatic.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.usersessions",
    "agentex_web.accounts.apps.SocialConfig",
    "allauth.socialaccount.providers.openid_connect",
    *social_apps(AGENTEX_SOCIAL),
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "agentex_web.http.headers.privacy_headers",
    "agentex_web.http.errors.no_nul",
    "servestatic.middleware.ServeStaticMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "agentex_web.languages.choice.zones",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "agentex_web.accounts.few_pages.few_pages",
]

ROOT_URLCONF = "agentex_web.urls"
ASGI_APPLICATION = "agentex_web.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [(places.PACKAGE if places.INSTALLED else BASE_DIR) / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            # Every template uses these, so none has to load them.
            "builtins": [
                "django.templatetags.i18n",
                "agentex_web.http.tags",
                "agentex_web.languages.tags",
                "agentex_web.preferences.tags",
                "agentex_web.announcements.tags",
            ],
        },
    },
]
