"""Programs that use the API, and their tokens, as the administrator sees them."""

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from motcua.record.accounts.access import access
from motcua.record.accounts.actions import create_client, issue_token, revoke_token
from motcua.record.accounts.actions.clients import SCOPES
from motcua.record.accounts.models import Client, Token, User
from motcua.record.organisation.errors import NotFound, Refused
from motcua.record.organisation.models import Post
from motcua.record.organisation.policies import ADMINISTERS
from motcua.record.organisation.queries import posts_of

DAYS = (30, 90, 365)


@access(ADMINISTERS)
def clients(request: HttpRequest) -> HttpResponse:
    """Show the programs with their tokens; issue a token, shown once; revoke one."""
    if request.method == "POST":
        try:
            _revoke(request) if request.POST.get("what") == "revoke" else _issue(request)
        except Refused as refusal:
            messages.error(request, refusal.message)
        return redirect("accounts:clients")
    tokens = Prefetch("tokens", Token.objects.order_by("-created_at"))
    rows = Client.objects.select_related("post__person", "post__unit__agency").prefetch_related(tokens)
    context = {"clients": rows.order_by("name"), "scopes": SCOPES, "days": DAYS, "now": timezone.now()}
    return render(request, "accounts/clients.html", context)


def _issue(request: HttpRequest) -> None:
    now, by = timezone.now(), request.actor
    days = request.POST.get("days", "")
    post = _post_of(request.POST.get("username", ""))
    client = create_client(by=by, name=request.POST.get("name", ""), post=post, now=now)
    valid_days = int(days) if days in map(str, DAYS) else DAYS[0]
    _token, secret = issue_token(by=by, client=client, scopes=request.POST.getlist("scopes"), now=now, days=valid_days)
    text = _("Token of %(name)s: %(secret)s. It is shown once; keep it where only the program reads it.")
    messages.warning(request, text % {"name": client.name, "secret": secret})


def _post_of(username: str) -> Post:
    """Return the first post of an account today.

    Raises:
        NotFound: no such account, or none of its posts is held today.
    """
    user = User.objects.filter(username=username.strip().lower().replace("\0", "")).first()
    posts = posts_of(user.person_id, timezone.localdate()) if user else []
    if not posts:
        raise NotFound("client.post", _("No account of this name holds a post today."), field="username")
    return posts[0]


def _revoke(request: HttpRequest) -> None:
    number = request.POST.get("token", "")
    known = Token.objects.select_related("client").filter(revoked_at=None)
    token = known.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 19 else None
    if token is None:
        raise NotFound("token.unknown", _("There is no such token, or it was revoked already."))
    revoke_token(by=request.actor, token=token, now=timezone.now())
    messages.success(request, _("The token is worthless from now on."))
