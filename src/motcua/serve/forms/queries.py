"""Reads of forms, each on a date."""

import datetime as dt

from django.db.models import Prefetch, QuerySet

from motcua.serve.forms.models import FormDefinition, FormVersion


def current(code: str, on: dt.date) -> FormVersion | None:
    """Return the published version of a form that holds on a local date; None where there is none yet."""
    published = FormVersion.objects.filter(form__code=code, status=FormVersion.Status.PUBLISHED, valid_from__lte=on)
    return published.select_related("form").order_by("-valid_from", "-number").first()


def version_with_form(version_id: int) -> FormVersion | None:
    """Return a version, draft or published, with its form."""
    return FormVersion.objects.select_related("form").filter(pk=version_id).first()


def forms_with_versions() -> QuerySet[FormDefinition]:
    """Return all forms by code, with their versions, newest first."""
    return FormDefinition.objects.order_by("code").prefetch_related(
        Prefetch("versions", FormVersion.objects.order_by("-number"))
    )


def form_with_versions(code: str) -> FormDefinition | None:
    """Return one form with its versions, newest first."""
    return forms_with_versions().filter(code=code).first()
