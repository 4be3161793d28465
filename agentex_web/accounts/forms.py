"""The forms of the account pages: allauth's and Django's, with the focus on the first invalid field."""

from functools import partial
from typing import TYPE_CHECKING, Any

from allauth.account import forms as allauth
from allauth.account.adapter import get_adapter
from django import forms
from django.contrib.auth.forms import UserCreationForm
from django.contrib.auth.models import AbstractBaseUser, User
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from agentex_web.accounts.after_response import after_response

if TYPE_CHECKING:
    _Form = UserCreationForm[User]
    _ProfileForm = forms.ModelForm[User]
else:
    _Form, _ProfileForm = UserCreationForm, forms.ModelForm


ADDRESS_TAKEN = _("An account with this email address already exists. Log in instead.")


class FocusOnFault(forms.BaseForm):
    """A form that focuses its first invalid field when it is shown again; without one, its last field."""

    def is_valid(self) -> bool:
        valid: bool = super().is_valid()
        if not valid and self.is_bound:
            first = next((name for name in self.fields if name in self.errors), list(self.fields)[-1])
            for name, field in self.fields.items():
                field.widget.attrs["autofocus"] = name == first
        return valid


class Plain(FocusOnFault):
    """Fields with labels in sentence case, and without placeholders, which would repeat the labels."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
            if field.label:
                field.label = str(field.label).capitalize()


class LoginForm(Plain, allauth.LoginForm):
    """Login by username or email address.

    After a failed login, the password has the focus: it is nearly always what was wrong.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("Username or email")
        self.fields["login"].widget.attrs.update(
            autofocus=True, autocomplete="username", autocapitalize="none", maxlength=254
        )
        self.fields["password"].help_text = ""

    def add_prefix(self, field_name: str) -> str:
        """Names the field `username` in the page, because password managers expect that name."""
        return super().add_prefix("username" if field_name == "login" else field_name)


class SignupForm(Plain, allauth.SignupForm):  # type: ignore[misc]
    pass


class AddEmailForm(Plain, allauth.AddEmailForm):
    pass


class ChangePasswordForm(Plain, allauth.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].help_text = ""


class SetPasswordForm(Plain, allauth.SetPasswordForm):
    pass


class ResetPasswordForm(Plain, allauth.ResetPasswordForm):
    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Sends the mail, if there is an account, after the response, whose time would tell that there is."""
        after_response(partial(super().save, request, **kwargs))
        return str(self.cleaned_data["email"])


class ResetPasswordKeyForm(Plain, allauth.ResetPasswordKeyForm):
    pass


class ReauthenticateForm(Plain, allauth.ReauthenticateForm):
    pass


class NewAccountForm(FocusOnFault, _Form):
    """A username, and the password twice. Only the password's rules are explained beforehand."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("username", "password2"):
            self.fields[name].help_text = ""

    def validate_password_for_user(
        self,
        user: AbstractBaseUser,
        password_field_name: str = "password1",  # noqa: S107  (a field's name)
    ) -> None:
        """Shows errors about the password at the first password field, not at its repetition."""
        super().validate_password_for_user(user, password_field_name)  # type: ignore[misc]


class InvitedForm(NewAccountForm):
    """Creates an account for the email address that was invited."""

    email: str = ""

    def clean(self) -> dict[str, Any] | None:
        """Refuses an email address that already has an account."""
        data = super().clean()
        if self.email and User.objects.filter(email__iexact=self.email).exists():
            self.add_error(None, ADDRESS_TAKEN)
        return data


class ProfileForm(FocusOnFault, _ProfileForm):
    class Meta:
        model = User
        fields = ("first_name", "last_name")


class DeletionForm(FocusOnFault, forms.Form):
    """Confirms the deletion with the password, or with the username if the account has no password."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if user.has_usable_password():
            self.fields["password"] = forms.CharField(
                label=_("Password"),
                strip=False,
                widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
            )
        else:
            self.fields["username"] = forms.CharField(
                label=_("Type your username (%(name)s) to confirm") % {"name": user.get_username()}
            )

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        if not get_adapter().reauthenticate(self.user, password):
            raise ValidationError(_("Wrong password."))
        return password

    def clean_username(self) -> str:
        if self.cleaned_data["username"] != self.user.get_username():
            raise ValidationError(_("This is not your username."))
        return str(self.cleaned_data["username"])


class FirstAccountForm(NewAccountForm):
    """Creates a superuser."""

    def save(self, commit: bool = True) -> User:
        self.instance.is_staff = True
        self.instance.is_superuser = True
        return super().save(commit)
