"""Routes of the catalogue."""

from django.urls import include, path

from motcua.serve.catalogue import views

app_name = "catalogue"
urlpatterns = [
    path("", include("motcua.serve.catalogue.lists.urls")),
    path("procedures/", views.procedure_list, name="procedure_list"),
    path("procedures/options/", views.options, name="options"),
    path("procedures/<str:code>/", views.procedure, name="procedure"),
    path("", include("motcua.serve.catalogue.processes.urls")),
    path("", include("motcua.serve.catalogue.publication.urls")),
]
