"""The public API of results by post: lists for the carrier, and what became of each item.

Every route needs the scope `dossiers:act`.
"""

import datetime as dt
import uuid
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from motcua.record.accounts.tokens import need_scope
from motcua.rules.working_time import LOCAL
from motcua.serve.dossiers import actions, queries
from motcua.serve.dossiers.actions.posting import access_list
from motcua.serve.dossiers.api import PROBLEMS, Short, Text
from motcua.serve.dossiers.api_actions import SCOPE
from motcua.serve.dossiers.models import PostalItem, PostalList

post_router = Router(tags=["public post"])


def _local(moment: dt.datetime | None) -> dt.datetime | None:
    return moment.astimezone(LOCAL) if moment else None


class ItemIn(Schema):
    """A result for the post."""

    code: Short
    tracking_number: Short = ""


class PostalListIn(Schema):
    """Results in the order of the rows."""

    items: Annotated[list[ItemIn], Field(min_length=1, max_length=200)]
    carrier: Short = ""


class ItemOut(Schema):
    """A result on a list: listed, posted, arrived, back or removed."""

    id: int
    code: str
    status: str
    tracking_number: str
    posted_at: dt.datetime | None
    arrived_at: dt.datetime | None
    came_back_at: dt.datetime | None


class PostalListOut(Schema):
    """A list for the post."""

    id: uuid.UUID
    number: str
    carrier: str
    made_at: dt.datetime
    handed_at: dt.datetime | None
    items: list[ItemOut]

    @staticmethod
    def of(made: PostalList) -> dict[str, Any]:
        """Return a list as the API gives it."""
        return {
            "id": made.pk,
            "number": made.number,
            "carrier": made.carrier,
            "made_at": _local(made.made_at),
            "handed_at": _local(made.handed_at),
            "items": [_item(item) for item in made.items.select_related("dossier").order_by("order")],
        }


def _item(item: PostalItem) -> dict[str, Any]:
    return {
        "id": item.pk,
        "code": item.dossier.code,
        "status": item.status,
        "tracking_number": item.tracking_number,
        "posted_at": _local(item.posted_at),
        "arrived_at": _local(item.arrived_at),
        "came_back_at": _local(item.came_back_at),
    }


@post_router.post("", response={201: PostalListOut, **PROBLEMS}, summary="Make a list", operation_id="make_postal_list")
def make_list(request: HttpRequest, body: PostalListIn) -> Status[Any]:
    """All or none; faults name the dossier's code."""
    by = need_scope(request, SCOPE)
    items = [(queries.access_dossier_by_code(by=by, code=item.code).pk, item.tracking_number) for item in body.items]
    made = actions.make_postal_list(by=by, items=items, carrier=body.carrier)
    return Status(201, PostalListOut.of(made))


@post_router.get(
    "/{list_id}", response={200: PostalListOut, **PROBLEMS}, summary="Read a list", operation_id="postal_list"
)
def read_list(request: HttpRequest, list_id: uuid.UUID) -> dict[str, Any]:
    """For the desk's agency."""
    return PostalListOut.of(access_list(by=need_scope(request, SCOPE), list_id=list_id))


class CarriedIn(Schema):
    """Who of the post took the list over and signed."""

    carried_by: Text


@post_router.post(
    "/{list_id}/hand-over",
    response={200: PostalListOut, **PROBLEMS},
    summary="Hand a list over",
    operation_id="hand_to_post",
)
def hand_over(request: HttpRequest, list_id: uuid.UUID, body: CarriedIn) -> dict[str, Any]:
    """Every result on it is returned."""
    by = need_scope(request, SCOPE)
    return PostalListOut.of(actions.hand_to_post(by=by, list_id=list_id, carried_by=body.carried_by))


@post_router.post(
    "/{list_id}/cancel",
    response={200: PostalListOut, **PROBLEMS},
    summary="Cancel a list",
    operation_id="cancel_list",
)
def cancel(request: HttpRequest, list_id: uuid.UUID) -> dict[str, Any]:
    """Before it is handed over."""
    by = need_scope(request, SCOPE)
    return PostalListOut.of(actions.cancel_list(by=by, list_id=list_id))


class TrackingIn(Schema):
    """The number that the post gave."""

    tracking_number: Short


class BackIn(Schema):
    """Why it came back."""

    reason: Text


ItemId = Annotated[int, Field(ge=1, le=2**62)]


def _follow(path: str, summary: str, name: str) -> Any:
    address = f"/items/{{item_id}}/{path}"
    return post_router.post(address, response={200: ItemOut, **PROBLEMS}, summary=summary, operation_id=name)


@_follow("tracking", "Note a tracking number", "set_tracking")
def set_tracking(request: HttpRequest, item_id: ItemId, body: TrackingIn) -> dict[str, Any]:
    """The citizen sees it at once."""
    by = need_scope(request, SCOPE)
    return _item(actions.set_tracking(by=by, item_id=item_id, tracking_number=body.tracking_number))


@_follow("arrived", "The post delivered it", "note_post_arrived")
def arrived(request: HttpRequest, item_id: ItemId) -> dict[str, Any]:
    """Once."""
    return _item(actions.note_post_arrived(by=need_scope(request, SCOPE), item_id=item_id))


@_follow("back", "It came back", "note_post_back")
def back(request: HttpRequest, item_id: ItemId, body: BackIn) -> dict[str, Any]:
    """It may be put on a list again, or given at the counter."""
    return _item(actions.note_post_back(by=need_scope(request, SCOPE), item_id=item_id, reason=body.reason))


@_follow("take-off", "Take it off its list", "take_off_list")
def take_off(request: HttpRequest, item_id: ItemId) -> dict[str, Any]:
    """Before the list is handed over."""
    return _item(actions.take_off_list(by=need_scope(request, SCOPE), item_id=item_id))
