"""Accounts: who may sign up, passwords, login with other services, mail."""

from typing import Any

from agentex_web.configuration.mail import mail_settings
from agentex_web.configuration.providers import social_providers
from agentex_web.settings.environment import at_least, env, one_of

AGENTEX_SIGNUP = one_of("AGENTEX_SIGNUP", "invitation", ["closed", "invitation", "open"])
AGENTEX_INVITATION_DAYS = at_least("AGENTEX_INVITATION_DAYS", 7, 1)

# Passwords, and how many wrong ones.
AGENTEX_LOGIN_ATTEMPTS = at_least("AGENTEX_LOGIN_ATTEMPTS", 5, 1)
"""Wrong passwords per account in ``AGENTEX_LOGIN_SECONDS``; then it is locked for the rest of that time."""
AGENTEX_LOGIN_SECONDS = at_least("AGENTEX_LOGIN_SECONDS", 300, 1)
AGENTEX_ADDRESS_ATTEMPTS = at_least("AGENTEX_ADDRESS_ATTEMPTS", 10, 1)
"""Wrong passwords per network address per minute, and requests with invalid API keys."""
AGENTEX_API_KEYS = at_least("AGENTEX_API_KEYS", 50, 0)
"""Valid API keys per person; 0 means that nobody can create one."""
# How many proxies append to X-Forwarded-For: the client's address is that many entries from its end.
ALLAUTH_TRUSTED_PROXY_COUNT = at_least(
    "TRUSTED_PROXY_COUNT", 1 if env.bool("BEHIND_TLS_PROXY", False) else 0, 0
)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
# The first hashes new passwords. The others are Django's own, and still check passwords that they hashed.
PASSWORD_HASHERS = [
    "agentex_web.accounts.hashing.BoundedPBKDF2",
    "django.contrib.auth.hashers.PBKDF2SHA1PasswordHasher",
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.BCryptSHA256PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
]
# A single backend, because each one costs a hash. allauth's does what Django's does, also by email address.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]

# Mail.
EMAIL_URL = env.str("EMAIL_URL", "")
globals().update(mail_settings(EMAIL_URL))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("DEFAULT_FROM_EMAIL", "agentex@localhost")

# Pages of accounts.
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/accounts/login/"
ACCOUNT_ADAPTER = "agentex_web.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*" if EMAIL_URL else "email", "password1*", "password2*"]
ACCOUNT_FORMS = {
    "login": "agentex_web.accounts.forms.LoginForm",
    "signup": "agentex_web.accounts.forms.SignupForm",
    "add_email": "agentex_web.accounts.forms.AddEmailForm",
    "change_password": "agentex_web.accounts.forms.ChangePasswordForm",
    "set_password": "agentex_web.accounts.forms.SetPasswordForm",
    "reset_password": "agentex_web.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "agentex_web.accounts.forms.ResetPasswordKeyForm",
    "reauthenticate": "agentex_web.accounts.forms.ReauthenticateForm",
}
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# No mail is sent to an address without an account when someone requests a password reset for it.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
# accounts/throttle.py limits wrong passwords, and can tell people how long to wait.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None}

# Login with other services.
AGENTEX_OIDC: Any = env.json("AGENTEX_OIDC", [])
AGENTEX_SOCIAL: Any = env.json("AGENTEX_SOCIAL", {})
SOCIALACCOUNT_ADAPTER = "agentex_web.accounts.adapter.SocialAdapter"
SOCIALACCOUNT_PROVIDERS = social_providers(AGENTEX_OIDC, AGENTEX_SOCIAL)
# The CSP (form-action) forbids a form that leads to another site, so the button is a link.
SOCIALACCOUNT_LOGIN_ON_GET = True
