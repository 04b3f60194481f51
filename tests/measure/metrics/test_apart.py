"""Asked in parts that suit the indexes, a question has the same rows as asked in one: over any spans, any day."""

import datetime as dt
import uuid

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from motcua.measure.metrics.counting import table_of
from motcua.measure.metrics.engines import live
from motcua.measure.metrics.questions import Question
from motcua.serve.dossiers.models import Span

pytestmark = pytest.mark.django_db
START = dt.datetime(2026, 1, 1, 3, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
MEASURES = ("dossiers.counted", "dossiers.received", "dossiers.resolved", "dossiers.open", "dossiers.carried_over")

# Lengths about the 31 days at which the two indexes part, and ends known late or never.
LIFE = st.tuples(
    st.integers(0, 80),
    st.one_of(st.integers(0, 80), st.sampled_from([30, 31, 32])),
    st.integers(0, 5),
    st.booleans(),
    st.booleans(),
)


def spans_of(life: tuple[int, int, int, bool, bool]) -> list[Span]:
    """Return an open stretch, and the one after it where the dossier was resolved."""
    begin, length, known_late, ends, retracted = life
    since, until = START + begin * DAY, START + (begin + length) * DAY
    dossier, seen = uuid.uuid4(), begin * 10
    common = {
        "dossier_id": dossier,
        "received_on": since.date(),
        "version_id": 1,
        "agency_helped_id": 1,
        "agency_received_id": 1,
        "agency_competent_id": 1 + begin % 3,
        "channel": 1,
        "service_level": 1,
        "retracted": seen + 500 if retracted else None,
    }
    ended_known = (begin + length + known_late) * 10
    open_one = Span(
        number=0,
        known_from=seen,
        valid_from=since,
        from_on=since.date(),
        standing=1,
        state=4,
        valid_to=until if ends else None,
        to_on=until.date() if ends else None,
        end_known=ended_known if ends else None,
        **common,
    )
    if not ends:
        return [open_one]
    done = Span(
        number=1,
        known_from=ended_known,
        valid_from=until,
        from_on=until.date(),
        resolved_on=until.date(),
        judged=0,
        standing=2,
        state=9,
        **common,
    )
    return [open_one, done]


@example(lives=[(0, 31, 0, True, False), (0, 32, 0, True, False)], first=0, length=10, known_at=10_000)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lives=st.lists(LIFE, min_size=1, max_size=12),
    first=st.integers(0, 100),
    length=st.integers(0, 60),
    known_at=st.one_of(st.just(10_000), st.integers(0, 1_500)),
)
def test_a_question_in_parts_counts_the_same_rows(lives, first, length, known_at):
    Span.objects.all().delete()
    Span.objects.bulk_create([span for life in lives for span in spans_of(life)])
    since = START.date() + first * DAY
    question = Question(since, since + length * DAY, known_at)
    whole, parts = (
        sorted(live.rows(table_of(question, MEASURES, ["agency"], apart=apart)), key=lambda row: row["agency"])
        for apart in (False, True)
    )
    assert parts == whole
