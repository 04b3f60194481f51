"""A report as a file: JSON, CSV, XLSX, PDF, DOCX."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from motcua.formats.reportforms import Form
from motcua.measure.reports.models import Issue
from motcua.record.organisation.models import Agency

Content = Mapping[str, Any]


def write_json(form: Form, content: Content, agency: Agency | None, issue: Issue | None, language: str) -> bytes:
    """Return a report as JSON: columns, rows and totals by the form's own numbers."""
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


Writer = Callable[[Form, Content, Agency | None, Issue | None, str], bytes]
FILES: dict[str, tuple[str, Writer]] = {"json": ("application/json", write_json)}
