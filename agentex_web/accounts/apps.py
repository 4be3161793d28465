from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "agentex_web.accounts"
    label = "accounts"
