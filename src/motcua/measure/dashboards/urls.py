"""Routes of dashboards."""

from django.urls import path

from motcua.measure.dashboards import export_views, views

app_name = "dashboards"
urlpatterns = [
    path("overview/", views.overview, name="overview"),
    path("overview/today/", views.today, name="today"),
    path("overview/pulse/", views.pulse, name="pulse"),
    path("overview/step/", views.step, name="step"),
    path("exports/", export_views.exports, name="exports"),
    path("exports/ask/", export_views.export, name="export"),
    path("exports/<uuid:export_id>/file/", export_views.export_file, name="export_file"),
]
