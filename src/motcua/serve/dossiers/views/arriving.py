"""What came by post or online and is not received yet: the list at the desk."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from motcua.record.accounts.access import access
from motcua.serve.dossiers import queries
from motcua.serve.dossiers.actions.arriving import accept_many, look_at_by
from motcua.serve.dossiers.policies import RECEIVES
from motcua.serve.dossiers.views.lists import tell, ticked


@access(RECEIVES)
def arrivals(request: HttpRequest) -> HttpResponse:
    """Show what arrived and waits for the desk, the oldest first, each with the time by which to look at it."""
    page = Paginator(queries.arrivals(by=request.actor), 50).get_page(request.GET.get("page"))
    now = timezone.now()
    for dossier in page:
        dossier.look_at_by = look_at_by(dossier)
        dossier.is_over = dossier.look_at_by < now
    return render(request, "dossiers/arrivals.html", {"page": page})


@require_POST
@access(RECEIVES)
def accept_ticked(request: HttpRequest) -> HttpResponse:
    """Receive every ticked filing; what cannot be received is told with its code."""
    tell(request, *accept_many(by=request.actor, dossier_ids=ticked(request)))
    return redirect("dossiers:arrivals")
