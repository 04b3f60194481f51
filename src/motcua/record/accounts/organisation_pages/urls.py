"""Routes of the organisation."""

from django.urls import path

from motcua.record.accounts.organisation_pages import views

app_name = "organisation"
urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/<int:person_id>/", views.person, name="person"),
    path("posts/<int:post_id>/end/", views.end_post_view, name="end_post"),
    path("agencies/", views.agencies, name="agencies"),
    path("agencies/<int:agency_id>/", views.agency, name="agency"),
    path("calendar/", views.calendar, name="calendar"),
]
