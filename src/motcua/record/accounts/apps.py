"""The Django app of the room."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Label `accounts`."""

    name = "motcua.record.accounts"
    label = "accounts"
