from typing import TYPE_CHECKING

from django.contrib.auth.forms import UserCreationForm
from django.contrib.auth.models import User

if TYPE_CHECKING:
    _Form = UserCreationForm[User]
else:
    _Form = UserCreationForm


class FirstAccountForm(_Form):
    """A name and a password, twice; makes a superuser."""

    def save(self, commit: bool = True) -> User:
        self.instance.is_staff = True
        self.instance.is_superuser = True
        return super().save(commit)
