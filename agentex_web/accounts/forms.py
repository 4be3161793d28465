from typing import TYPE_CHECKING

from django import forms
from django.contrib.auth.forms import AuthenticationForm, UserCreationForm
from django.contrib.auth.models import AbstractBaseUser, User

if TYPE_CHECKING:
    _Form = UserCreationForm[User]
else:
    _Form = UserCreationForm


class FocusOnFault(forms.BaseForm):
    """A form that, shown again, has the focus on its first field with a fault, else on its last one."""

    def is_valid(self) -> bool:
        valid: bool = super().is_valid()
        if not valid:
            first = next((name for name in self.fields if name in self.errors), list(self.fields)[-1])
            for name, field in self.fields.items():
                field.widget.attrs["autofocus"] = name == first
        return valid


class LoginForm(FocusOnFault, AuthenticationForm):
    """Django's; what is wrong is said of both fields, and is nearly always the password."""


class FirstAccountForm(FocusOnFault, _Form):
    """A name and a password, twice; makes a superuser."""

    def validate_password_for_user(
        self,
        user: AbstractBaseUser,
        password_field_name: str = "password1",  # noqa: S107  (a field's name)
    ) -> None:
        """Faults of the password are told where it is chosen, not where it is repeated."""
        super().validate_password_for_user(user, password_field_name)  # type: ignore[misc]

    def save(self, commit: bool = True) -> User:
        self.instance.is_staff = True
        self.instance.is_superuser = True
        return super().save(commit)
