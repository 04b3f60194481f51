"""The routes of every room."""

from django.urls import include, path
from django.views.i18n import set_language

handler400 = "motcua.web.shell.views.bad_request"
handler403 = "motcua.web.shell.views.forbidden"
handler404 = "motcua.web.shell.views.not_found"
handler500 = "motcua.web.shell.views.server_error"

urlpatterns = [
    path("", include("motcua.web.shell.urls")),
    path("", include("motcua.record.accounts.urls")),
    path("", include("motcua.record.accounts.organisation_pages.urls")),
    path("", include("motcua.serve.catalogue.urls")),
    path("", include("motcua.serve.dossiers.urls")),
    path("", include("motcua.serve.forms.urls")),
    path("", include("motcua.measure.reports.urls")),
    path("", include("motcua.measure.metrics.urls")),
    path("", include("motcua.measure.dashboards.urls")),
    path("", include("motcua.measure.live.urls")),
    path("", include("motcua.measure.assessment.urls")),
    path("ledger/", include("motcua.web.shell.ledger_urls")),
    path("api/v1/", include("motcua.web.shell.api_urls")),
    path("language/", set_language, name="set_language"),
]
