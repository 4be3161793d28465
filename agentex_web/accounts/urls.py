"""Included at the root. `login` and `logout` are Django's names, without a namespace, so they are apart."""

from django.contrib.auth.views import LogoutView
from django.urls import include, path

from agentex_web.accounts.views import LoginView, setup

_setup_urls = ([path("setup/<str:token>/", setup, name="setup")], "accounts")

urlpatterns = [
    path("", include(_setup_urls)),
    path("accounts/login/", LoginView.as_view(), name="login"),
    path("accounts/logout/", LogoutView.as_view(), name="logout"),
]
