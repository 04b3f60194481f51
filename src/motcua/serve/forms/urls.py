"""Routes of forms."""

from django.urls import path

from motcua.serve.forms import editor_views, views

app_name = "forms"
urlpatterns = [
    path("forms/", views.forms, name="forms"),
    path("forms/<slug:code>/", views.form, name="form"),
    path("forms/<slug:code>/draft/", views.draft, name="draft"),
    path("forms/versions/<int:version_id>/", views.version, name="version"),
    path("forms/versions/<int:version_id>/compare/", views.compare, name="compare"),
    path("forms/versions/<int:version_id>/publish/", views.publish_version, name="publish"),
    path("forms/versions/<int:version_id>/discard/", views.discard_version, name="discard"),
    path("forms/versions/<int:version_id>/edit/", editor_views.edit, name="edit"),
    path("forms/versions/<int:version_id>/preview/", editor_views.preview, name="preview"),
]
