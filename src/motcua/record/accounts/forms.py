"""Forms of accounts."""

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _

from motcua.record.accounts.models import User

LONGEST_NAME = 60


class SignInForm(AuthenticationForm):
    """Name and password. Names are read as small letters, so that spelling variants share one count of failures."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label, self.fields["password"].label = _("User name"), _("Password")
        self.fields["username"].widget.attrs |= {"autofocus": True, "autocapitalize": "none"}

    def clean_username(self) -> str:
        """Return the name as accounts are kept under it."""
        return str(self.cleaned_data["username"]).strip().lower()

    @property
    def attempted(self) -> str:
        """Return the name for the log of sign-ins: what was typed if it is an account's, since people type
        passwords there by mistake."""
        name = str(self.data.get("username", "")).strip().lower().replace("\0", "")[:LONGEST_NAME]
        return name if User.objects.filter(username=name).exists() else ""
