"""Routes of tables, job positions, hand-over and absence."""

from django.urls import path

from motcua.record.accounts.organisation_pages import staffing, standing_in, tables

urlpatterns = [
    path("tables/", tables.tables, name="tables"),
    path("tables/export/", tables.tables_export, name="tables_export"),
    path("tables/<int:upload_id>/", tables.tables_preview, name="tables_preview"),
    path("staffing/", staffing.staffing, name="staffing"),
    path("staffing/<int:agency_id>/", staffing.scheme, name="scheme"),
    path("people/hand-over/", standing_in.hand_over_page, name="hand_over"),
    path("absences/", standing_in.absences, name="absences"),
    path("absences/<int:absence_id>/cancel/", standing_in.cancel_absence_view, name="cancel_absence"),
]
