"""The Django app of the room."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Label `accounts`."""

    name = "motcua.record.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Register the jobs, and what becomes of the programs of an agency that ends."""
        from motcua.record.accounts import jobs, succession  # noqa: F401
