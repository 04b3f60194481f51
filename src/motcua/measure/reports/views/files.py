"""A report as a file to take along."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse

from motcua.formats.reportforms import Form
from motcua.measure.reports.models import Issue
from motcua.measure.reports.views.common import language
from motcua.measure.reports.writing import FILES
from motcua.record.organisation.models import Agency


def as_file(
    kind: str, form: Form, content: Mapping[str, Any], agency: Agency | None, issue: Issue | None = None
) -> HttpResponse:
    """Return a report's content as a file of a kind (a key of `FILES`)."""
    media, write = FILES[kind]
    answer = HttpResponse(write(form, content, agency, issue, language()), content_type=media)
    answer["Content-Disposition"] = f'attachment; filename="{form.code}-{content["from"]}-{content["to"]}.{kind}"'
    return answer
