"""Every write of accounts, clients and tokens."""

from motcua.record.accounts.actions.accounts import (
    choose_password,
    close_account,
    open_account,
    reset_password,
)
from motcua.record.accounts.actions.clients import create_client, issue_token, revoke_token
from motcua.record.accounts.actions.first import create_administrator

__all__ = [
    "choose_password",
    "close_account",
    "create_administrator",
    "create_client",
    "issue_token",
    "open_account",
    "reset_password",
    "revoke_token",
]
