"""API v1: one door for programs. OpenAPI 3.1 at /api/v1/openapi.json; errors are problem+json (RFC 9457)."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from motcua.measure.live.api import router as live_router
from motcua.record.accounts.organisation_api import ROUTERS as ORGANISATION_ROUTERS
from motcua.record.accounts.tokens import BearerToken
from motcua.record.organisation.errors import Invalid, Refused
from motcua.serve.catalogue.api import router as record_router
from motcua.serve.catalogue.api_drafts import router as draft_router
from motcua.serve.catalogue.api_imports import router as import_router
from motcua.serve.catalogue.lists.api import router as lists_router
from motcua.serve.catalogue.processes.api import router as process_router
from motcua.serve.catalogue.publication.api import router as publication_router
from motcua.serve.catalogue.publication.api_rules import router as rule_router
from motcua.serve.catalogue.review.api import router as review_router
from motcua.serve.dossiers.api import router
from motcua.serve.dossiers.api_actions import router as action_router
from motcua.serve.dossiers.api_arriving import arrival_router
from motcua.serve.dossiers.api_arriving import router as arrived_router
from motcua.serve.dossiers.api_declarations import router as declaration_router
from motcua.serve.dossiers.api_filing import router as filing_router
from motcua.serve.dossiers.api_keeping import repromise_router
from motcua.serve.dossiers.api_keeping import router as keeping_router
from motcua.serve.dossiers.api_post import post_router
from motcua.serve.dossiers.api_side import linked_router
from motcua.serve.dossiers.api_side import router as side_router
from motcua.serve.forms.api import router as forms_router

api = NinjaAPI(
    title="Motcua",
    version="1",
    description="Receive, read, hand on, finish, return and search dossiers. Tokens: `motcua token create`.",
    docs_url=None,
    openapi_url="/openapi.json",
    auth=BearerToken(),
    urls_namespace="api-1",
)
# Before the others: its fixed addresses would else be taken for codes.
api.add_router("/dossiers", filing_router)
api.add_router("/dossiers", router)
api.add_router("/procedures", lists_router)
api.add_router("/catalogue", record_router)
api.add_router("/forms", forms_router)
api.add_router("/dossiers", action_router)
api.add_router("/dossiers", side_router)
api.add_router("/dossiers", arrived_router)
api.add_router("/dossiers", declaration_router)
api.add_router("/arrivals", arrival_router)
api.add_router("/linked-procedures", linked_router)
api.add_router("/postal-lists", post_router)
api.add_router("/processes", process_router)
api.add_router("/publication", publication_router)
api.add_router("/publication-rules", rule_router)
api.add_router("/reviews", review_router)
api.add_router("/catalogue-imports", import_router)
api.add_router("/catalogue", draft_router)
api.add_router("/dossiers", keeping_router)
api.add_router("/calendars", repromise_router)
api.add_router("/live-index", live_router)
for prefix, of_organisation in ORGANISATION_ROUTERS:
    api.add_router(prefix, of_organisation)


def problem(status: int, title: str, detail: str, **more: Any) -> HttpResponse:
    """Return a problem+json answer."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return JsonResponse(body, status=status, content_type="application/problem+json")


@api.exception_handler(Refused)
def on_refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """A person's or a program's mistake: its code, its sentence, its field."""
    single = refusal.errors if isinstance(refusal, Invalid) else [refusal]
    errors = [{"code": e.code, "field": e.field, "message": e.message} for e in single]
    return problem(refusal.status, _("Refused"), refusal.message, code=refusal.code, errors=errors)


@api.exception_handler(ValidationError)
def on_invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """A body or parameter of another form than the schema's."""
    errors = [{"code": e["type"], "field": ".".join(map(str, e["loc"][1:])), "message": e["msg"]} for e in error.errors]
    return problem(422, _("Not as the schema says"), _("See errors."), code="schema", errors=errors)


@api.exception_handler(AuthenticationError)
def on_unauthenticated(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """No token, or not a valid one."""
    answer = problem(401, _("No valid token"), _("Send a valid token: Authorization: Bearer …"), code="token")
    answer["WWW-Authenticate"] = "Bearer"
    return answer


@api.exception_handler(HttpError)
def on_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What the framework refuses: a body that is no JSON."""
    return problem(error.status_code, _("That request was not understood"), str(error), code="http")


@api.exception_handler(Http404)
def on_not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    """No such thing."""
    return problem(404, _("There is no such page"), _("It may have moved, or it is not yours to see."), code="404")
