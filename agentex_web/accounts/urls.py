"""URLs of the account pages, included at the root. They take precedence over allauth's, which come last."""

from allauth.account.views import LogoutView
from django.urls import include, path
from django.views.decorators.http import require_POST

from agentex_web.accounts.accepting import invitation
from agentex_web.accounts.key_pages import api_keys, revoke_key
from agentex_web.accounts.memory_page import memory
from agentex_web.accounts.profile import delete, profile
from agentex_web.accounts.sessions import sessions
from agentex_web.accounts.settings_pages import export, preferences
from agentex_web.accounts.views import EmailView, LoginView, PasswordResetView, setup

_own_urls = (
    [
        path("setup/<str:token>/", setup, name="setup"),
        path("accounts/invitation/<str:token>/", invitation, name="invitation"),
        path("accounts/profile/", profile, name="profile"),
        path("accounts/delete/", delete, name="delete"),
        path("settings/", preferences, name="settings"),
        path("settings/export/", export, name="export"),
        path("settings/memory/", memory, name="memory"),
        path("settings/api-keys/", api_keys, name="api_keys"),
        path("settings/api-keys/<uuid:key_id>/revoke/", revoke_key, name="revoke_key"),
    ],
    "accounts",
)

urlpatterns = [
    path("", include(_own_urls)),
    path("accounts/login/", LoginView.as_view(), name="account_login"),
    # POST only: a link or an image must not log anyone out.
    path("accounts/logout/", require_POST(LogoutView.as_view()), name="account_logout"),
    path("accounts/password/reset/", PasswordResetView.as_view(), name="account_reset_password"),
    path("accounts/email/", EmailView.as_view(), name="account_email"),
    path("accounts/sessions/", sessions, name="usersessions_list"),
    path("accounts/", include("allauth.urls")),
]
