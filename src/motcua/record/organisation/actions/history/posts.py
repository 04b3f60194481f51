"""The posts of an agency that ends: each ends, and its holder has the same one at the successor's unit of the kind."""

import datetime as dt

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from motcua.record.ledger.recording import record_change
from motcua.record.organisation.actions.people import DESK_ROLES, person_chain
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.models import Desk, Post, Unit
from motcua.record.organisation.succession import SHOWN, Fault, Handing, Mover, Plan, register_mover

DAY = dt.timedelta(days=1)


def plan_posts(handing: Handing) -> Plan:
    """Return which posts move; one is at fault where the successor has no unit of its kind."""
    posts = _posts(handing)
    faults = [
        Fault(str(post), _("%(agency)s has no unit of this kind.") % {"agency": handing.new.name})
        for post in posts
        if handing.new is not None and handing.unit_like(post.unit) is None
    ]
    return Plan(len(posts), [str(post) for post in posts[:SHOWN]], faults)


def move_posts(by: Actor, handing: Handing, now: dt.datetime) -> int:
    """End the posts of the old agency and give them anew at the successor; without a successor they only end."""
    posts = _posts(handing)
    for post in posts:
        unit = handing.unit_like(post.unit)
        with record_change(
            chain_id=person_chain(post.person.staff_code),
            subject="person",
            kind="post.moved",
            actor=by.key,
            occurred_at=now,
            recorded_at=now,
            facts={"decision": handing.decision.pk},
        ) as change:
            ends = max(handing.day, post.valid_from + DAY)
            until = post.valid_to
            change.set(post, valid_to=ends)
            if unit is not None and (until is None or until > ends):
                new = _anew(post, unit, ends, until)
                change.add(new)
                handing.posts[post.pk] = new.pk
    return len(posts)


def _posts(handing: Handing) -> list[Post]:
    """Return the posts of the old agency that are held on the day or later."""
    still = Q(valid_to=None) | Q(valid_to__gt=handing.day)
    posts = Post.objects.filter(still, unit__agency=handing.old).select_related("person", "unit")
    return list(posts.order_by("unit_id", "pk"))


def _anew(post: Post, unit: Unit, since: dt.date, until: dt.date | None) -> Post:
    desk = Desk.objects.on(since).filter(unit=unit).order_by("pk").first() if post.role in DESK_ROLES else None
    return Post(
        person_id=post.person_id,
        unit=unit,
        desk=desk,
        role=post.role,
        title=post.title,
        acting=post.acting,
        valid_from=since,
        valid_to=until,
    )


register_mover(Mover("posts", gettext_lazy("posts"), 10, plan_posts, move_posts))
