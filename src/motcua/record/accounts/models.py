"""What is stored of accounts, sign-ins and API clients."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from motcua.record.ledger.models import Recorded
from motcua.record.organisation.models import Desk, Person, Post


class UserManager(BaseUserManager["User"]):
    """Finds accounts by their name."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the account of this name, without regard to case."""
        return self.get(username__iexact=username)


class User(Recorded, AbstractBaseUser):
    """An account of one person of the staff."""

    LEDGER_NAME = "account"
    LEDGER_FIELDS = ("username", "person_id", "is_active", "must_change_password")

    username = models.CharField(_("user name"), max_length=60, unique=True)
    person = models.OneToOneField(Person, models.PROTECT, related_name="account")
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=True)
    language = models.CharField(max_length=5, default="vi")

    objects = UserManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: list[str] = []

    class Meta:
        verbose_name = _("account")

    def __str__(self) -> str:
        return self.username


class SignIn(models.Model):
    """One attempt to come in. The address is kept for the security log, ninety days."""

    class Result(models.TextChoices):
        """How the attempt ended."""

        OK = "ok", _("signed in")
        WRONG = "wrong", _("wrong name or password")
        LOCKED = "locked", _("locked out")
        OUT = "out", _("signed out")

    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="sign_ins")
    username = models.CharField(max_length=60)
    result = models.CharField(max_length=10, choices=Result)
    at = models.DateTimeField(db_index=True)
    address = models.GenericIPAddressField(null=True)
    agent = models.CharField(max_length=200, blank=True)


class UserSession(models.Model):
    """An open session of an account, so that the number of sessions can be limited and one can be ended."""

    user = models.ForeignKey(User, models.CASCADE, related_name="open_sessions")
    session_key = models.CharField(max_length=40, unique=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()


class Client(Recorded):
    """A program that uses the API in the name of a post (its unit and role limit what it may do)."""

    LEDGER_NAME = "client"
    LEDGER_FIELDS = ("name", "post_id", "active")

    name = models.CharField(max_length=100, unique=True)
    post = models.ForeignKey(Post, models.PROTECT, related_name="clients")
    desk = models.ForeignKey(Desk, models.PROTECT, null=True, related_name="+")
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class Token(Recorded):
    """A secret of a client: only its SHA-256 is stored; `scopes` is a list of words such as `dossiers:receive`."""

    LEDGER_NAME = "token"
    LEDGER_FIELDS = ("client_id", "scopes", "expires_at", "revoked_at")

    client = models.ForeignKey(Client, models.PROTECT, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
