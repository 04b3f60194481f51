"""A form version is drawn with answers and faults, and read back from what a page sends."""

import json
from pathlib import Path

from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils import timezone

from motcua.rules.answers import check_definition, read_definition
from motcua.serve.forms.models import FormVersion
from motcua.serve.forms.rendering import take

BIRTH = Path(__file__).parents[3] / "datasets/forms/birth-registration.json"


def version() -> FormVersion:
    return FormVersion(fields=json.loads(BIRTH.read_text(encoding="utf-8"))["fields"])


def test_the_birth_form_is_sound() -> None:
    fields, faults = read_definition(version().fields)
    assert faults == []
    assert check_definition(fields) == []


def test_faults_are_listed_and_tied_to_their_inputs() -> None:
    sent = QueryDict("relation=mother&declarer_id=12&declarer_name=<b>An")
    clean, page = take(version(), sent, timezone.localdate())
    html = render_to_string("forms/_form.html", {"page": page})
    assert clean == {"declarer_name": "<b>An", "relation": "mother"}
    assert 'href="#declarer_id"' in html
    assert 'aria-invalid="true" aria-describedby="declarer_id-error"' in html
    assert "<b>An" not in html


def test_a_field_whose_condition_is_met_is_shown_without_a_script() -> None:
    hidden = {}
    for relation in ("mother", "other"):
        _, page = take(version(), QueryDict(f"relation={relation}"), timezone.localdate())
        hidden[relation] = {one.name: one.hidden for one in page.fields}["relation_other"]
    assert hidden == {"mother": True, "other": False}
