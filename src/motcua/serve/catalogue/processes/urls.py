"""Routes of internal processes, in the catalogue's name space."""

from django.urls import path

from motcua.serve.catalogue.processes import files, views

urlpatterns = [
    path("procedures/<str:code>/processes/", views.processes, name="processes"),
    path("processes/<int:process_id>/", views.process, name="process"),
    path("processes/<int:process_id>/edit/", views.process_edit, name="process_edit"),
    path("processes/<int:process_id>/approve/", views.process_approve, name="process_approve"),
    path("processes/<int:process_id>/discard/", views.process_discard, name="process_discard"),
    path("processes/<int:process_id>/read/", files.process_read, name="process_read"),
    path("processes/<int:process_id>/compare/", files.process_compare, name="process_compare"),
    path("processes/<int:process_id>/bpmn/", files.process_bpmn, name="process_bpmn"),
    path("processes/<int:process_id>/xlsx/", files.process_xlsx, name="process_xlsx"),
]
