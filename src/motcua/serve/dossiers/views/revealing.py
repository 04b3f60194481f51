"""Identity numbers in full, for a reason that is written down."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from motcua.record.accounts.access import access
from motcua.record.organisation.errors import Refused
from motcua.serve.dossiers.actions.revealing import reveal_identity
from motcua.serve.dossiers.policies import REVEALS
from motcua.serve.dossiers.queries import access_dossier
from motcua.serve.dossiers.views.dossier import page_context


@never_cache
@require_POST
@access(REVEALS)
def reveal(request: HttpRequest, dossier_id: uuid.UUID) -> HttpResponse:
    """Show the dossier's page once with the numbers in full; asking for the page again masks them."""
    access_dossier(by=request.actor, dossier_id=dossier_id)
    failed, status = None, 200
    try:
        reveal_identity(by=request.actor, dossier_id=dossier_id, reason=request.POST.get("reason", ""))
    except Refused as refusal:
        failed, status = {"name": "reveal", "message": refusal.message, "v": request.POST}, refusal.status
    dossier = access_dossier(by=request.actor, dossier_id=dossier_id)
    context = page_context(request, dossier, failed) | {"revealed": failed is None}
    return render(request, "dossiers/dossier.html", context, status=status)
