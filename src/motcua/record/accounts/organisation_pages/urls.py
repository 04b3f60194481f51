"""Routes of the organisation."""

from django.urls import path

from motcua.record.accounts.organisation_pages import decisions, people_urls, views

app_name = "organisation"
urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/<int:person_id>/", views.person, name="person"),
    path("posts/<int:post_id>/end/", views.end_post_view, name="end_post"),
    path("agencies/", views.agencies, name="agencies"),
    path("agencies/<int:agency_id>/", views.agency, name="agency"),
    path("decisions/", decisions.decisions, name="decisions"),
    path("decisions/<uuid:decision_id>/", decisions.decision, name="decision"),
    path("agencies/setup/", decisions.setup, name="setup"),
    path("calendar/", views.calendar, name="calendar"),
    *people_urls.urlpatterns,
]
