"""The Django app of the room."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Label `accounts`."""

    name = "motcua.record.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Register the jobs."""
        from motcua.record.accounts import jobs  # noqa: F401
