"""Routes of the shell."""

from django.urls import path

from motcua.web.shell import gallery, health, views

app_name = "shell"
urlpatterns = [
    path("", views.home, name="home"),
    path("design/", gallery.gallery, name="design"),
    path("start/", views.start, name="start"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
