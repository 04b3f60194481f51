"""Routes of internal processes, in the catalogue's name space."""

from django.urls import path

from motcua.serve.catalogue.processes import views

urlpatterns = [
    path("procedures/<str:code>/processes/", views.processes, name="processes"),
    path("processes/<int:process_id>/", views.process, name="process"),
    path("processes/<int:process_id>/edit/", views.process_edit, name="process_edit"),
    path("processes/<int:process_id>/approve/", views.process_approve, name="process_approve"),
    path("processes/<int:process_id>/bpmn/", views.process_bpmn, name="process_bpmn"),
]
