"""Programs that act in the name of a post go on in the name of the one that the successor has in its place."""

import datetime as dt

from django.utils.translation import gettext_lazy

from motcua.record.accounts.models import Client
from motcua.record.ledger.recording import chain_of, record_change
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.models import Post
from motcua.record.organisation.succession import SHOWN, Handing, Mover, Plan, register_mover


def plan_clients(handing: Handing) -> Plan:
    """Return the programs that act for a post of the old agency."""
    held = Post.objects.on(handing.day).filter(unit__agency=handing.old)
    names = Client.objects.filter(active=True, post__in=held).order_by("name").values_list("name", flat=True)
    found = list(names) if handing.new else []
    return Plan(len(found), found[:SHOWN])


def move_clients(by: Actor, handing: Handing, now: dt.datetime) -> int:
    """Let each program act for the new post of its post's holder; its tokens stay valid."""
    clients = Client.objects.filter(active=True, post_id__in=handing.posts).order_by("name")
    for client in clients:
        with record_change(
            chain_id=chain_of("client", client.name),
            subject="client",
            kind="client.moved",
            actor=by.key,
            occurred_at=now,
            recorded_at=now,
            facts={"decision": handing.decision.pk},
        ) as change:
            change.set(client, post_id=handing.posts[client.post_id], desk=None)
    return len(clients)


register_mover(Mover("clients", gettext_lazy("programs that use the API"), 12, plan_clients, move_clients))
