"""Routes of the pages over the ledger."""

from django.urls import path

from motcua.web.shell import ledger_views

app_name = "ledger"
urlpatterns = [
    path("", ledger_views.roots, name="roots"),
    path("roots.json", ledger_views.roots_file, name="roots_file"),
    path("day-sheet/<int:number>.pdf", ledger_views.day_sheet, name="day_sheet"),
]
