"""Agencies, units, people and posts as tables: what is exported changes nothing when it comes back."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcua.formats.tables import read_tables, write_csv, write_xlsx
from motcua.record.ledger.models import Event
from motcua.record.ledger.verifying import verify
from motcua.record.organisation import actions
from motcua.record.organisation.actions.people import person_chain
from motcua.record.organisation.actions.tables import apply_import, export_tables, preview_import
from motcua.record.organisation.actor import Actor
from motcua.record.organisation.errors import Conflict, Invalid, NotAllowed
from motcua.record.organisation.models import Agency, Desk, Person, Post, Unit
from motcua.record.organisation.queries import subtree
from motcua.record.organisation.tables.sheets import BY_KEY, SHEETS
from motcua.record.organisation.tables.state import rows_of
from motcua.record.organisation.tables.words import place_of, say

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 3, 2)


@pytest.fixture
def by(actor_of: Any) -> Actor:
    return actor_of("quantri")


def read(content: bytes, name: str = "a.xlsx") -> Any:
    return read_tables(name, content, SHEETS)


def sheets(**rows: Sequence[dict[str, Any]]) -> Any:
    """Return a file with these rows, read."""
    return read(write_xlsx([(BY_KEY[key], found) for key, found in rows.items()]))


def agency(code: str = "H15.950", **changes: Any) -> dict[str, Any]:
    row = {"code": code, "valid_from": DAY, "name_vi": "Trung tâm Y tế", "level": "department", "parent": "H15"}
    return row | {"kind": "service_unit"} | changes


def unit(agency: str = "H15.950", key: str = "mot-cua", **changes: Any) -> dict[str, Any]:
    return {"agency": agency, "key": key, "valid_from": DAY, "kind": "desk", "name_vi": "Một cửa"} | changes


def person(code: str = "T.1", **changes: Any) -> dict[str, Any]:
    return {"staff_code": code, "full_name": "Lê Thị Bảng"} | changes


def post(code: str = "T.1", **changes: Any) -> dict[str, Any]:
    row = {"staff_code": code, "agency": "H15.950", "unit": "mot-cua", "role": "receiving_clerk", "valid_from": DAY}
    return row | changes


def test_export_then_import_changes_nothing(by):
    for content, name in [
        (export_tables(by=by, now=timezone.now()), "a.xlsx"),
        (export_tables(by=by, language="en", now=timezone.now()), "a.xlsx"),
        *[(export_tables(by=by, sheet=s.key, now=timezone.now()), "a.csv") for s in SHEETS],
    ]:
        plan = preview_import(by=by, read=read(content, name))
        assert (plan.faults, plan.differences) == ((), ())
        assert plan.same > 0


texts = st.text(st.characters(categories=["L", "Nd", "P"], max_codepoint=0x1EFF), min_size=1, max_size=30)
names = st.tuples(st.sampled_from(["", "=", "+", "-", "@", "'="]), texts).map("".join)


@given(data=st.data())
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_was_imported_is_exported_and_comes_back_as_no_change(by, data):
    first = st.dates(dt.date(2026, 1, 1), dt.date(2026, 6, 1))
    later = st.none() | st.dates(dt.date(2026, 6, 2), dt.date(2030, 1, 1))
    new = sheets(
        agencies=[
            agency(name_vi=data.draw(names), name_en=data.draw(st.none() | names), valid_from=dt.date(2026, 1, 1))
        ],
        units=[
            unit(
                name_vi=data.draw(names),
                valid_from=dt.date(2026, 1, 1),
                fields_served=data.draw(st.sampled_from([None, "A; B"])),
            )
        ],
        people=[person(full_name=data.draw(names), active=data.draw(st.sampled_from([None, True])))],
        posts=[post(valid_from=data.draw(first), valid_to=data.draw(later), title=data.draw(st.none() | names))],
    )
    with transaction.atomic():
        apply_import(by=by, read=new, now=timezone.now())
        exported = export_tables(by=by, now=timezone.now())
        plan = preview_import(by=by, read=read(exported))
        stored = {sheet: [values for _row, values in rows_of(sheet)] for sheet in BY_KEY}
        transaction.set_rollback(True)
    assert (plan.faults, plan.differences) == ((), ())
    back = read(exported)
    for sheet, rows in stored.items():
        assert [dict(row.values) for row in back.rows[sheet]] == [
            {column.key: row[column.key] for column in BY_KEY[sheet].columns} for row in rows
        ]


def test_a_whole_agency_comes_in_at_once_with_its_desk_its_place_in_the_tree_and_its_events(by):
    new = sheets(
        posts=[post()], people=[person()], units=[unit()], agencies=[agency("H15.950.01", parent="H15.950"), agency()]
    )
    plan = preview_import(by=by, read=new)
    assert {key: count["added"] for key, count in plan.counts.items()} == {
        "agencies": 2,
        "units": 1,
        "people": 1,
        "posts": 1,
    }
    assert not Agency.objects.filter(code="H15.950").exists()
    apply_import(by=by, read=new, digest=plan.digest, now=timezone.now())
    made = Agency.objects.get(code="H15.950")
    assert (made.kind, made.parent.code) == ("service_unit", "H15")
    assert made.pk in subtree(made.parent_id, DAY)
    assert Agency.objects.get(code="H15.950.01").pk in subtree(made.pk, DAY)
    held = Post.objects.get(person__staff_code="T.1")
    assert held.desk == Desk.objects.get(unit__agency=made)
    assert [e.kind for e in Event.objects.filter(chain_id=person_chain("T.1"))] == ["person.imported"]
    assert "Bảng" not in str(Event.objects.get(chain_id=person_chain("T.1")).payload)
    assert verify().ok


def test_codes_of_agencies_are_read_in_the_older_order_too(by):
    data = sheets(agencies=[agency("000.00.95.H15", parent="000.00.00.H15")], units=[unit("000.00.95.H15")])
    apply_import(by=by, read=data, now=timezone.now())
    made = Agency.objects.get(code="H15.95")
    assert (made.parent.code, made.units.count()) == ("H15", 1)


def test_old_and_new_are_shown_and_closing_is_told_apart(by):
    apply_import(
        by=by, read=sheets(agencies=[agency()], units=[unit()], people=[person()], posts=[post()]), now=timezone.now()
    )
    until = dt.date(2026, 9, 1)
    new = sheets(units=[unit(name_vi="Bộ phận Một cửa")], people=[person(phone="0905")], posts=[post(valid_to=until)])
    plan = preview_import(by=by, read=new)
    assert [(d.sheet, d.what, d.old, d.new) for d in plan.differences] == [
        ("units", "changed", {"name_vi": "Một cửa"}, {"name_vi": "Bộ phận Một cửa"}),
        ("people", "changed", {"phone": None}, {"phone": "0905"}),
        ("posts", "closed", {"valid_to": None}, {"valid_to": until}),
    ]
    apply_import(by=by, read=new, now=timezone.now())
    assert Unit.objects.get(agency__code="H15.950").name_vi == "Bộ phận Một cửa"
    assert Post.objects.get(person__staff_code="T.1").valid_to == until


def test_who_leaves_by_a_table_holds_no_post_tomorrow(by, today):
    apply_import(
        by=by, read=sheets(agencies=[agency()], units=[unit()], people=[person()], posts=[post()]), now=timezone.now()
    )
    apply_import(by=by, read=sheets(people=[person(active=False)]), now=timezone.now())
    assert not Person.objects.get(staff_code="T.1").active
    assert not Post.objects.on(today + dt.timedelta(days=1)).filter(person__staff_code="T.1").exists()


@pytest.mark.parametrize(
    ("rows", "place", "code"),
    [
        ({"agencies": [agency("15.950")]}, "Cơ quan!A2", "agency_code"),
        ({"agencies": [agency(parent=None)]}, "Cơ quan!H2", "required"),
        ({"agencies": [agency(parent="H99")]}, "Cơ quan!H2", "no_agency"),
        ({"agencies": [agency(parent="H15.951"), agency("H15.951", parent="H15.950")]}, "Cơ quan!H2", "loop"),
        ({"agencies": [agency(), agency()]}, "Cơ quan!A3", "row_twice"),
        ({"agencies": [agency("H15.136")]}, "Cơ quan!A2", "code_taken"),
        ({"agencies": [agency(valid_to=DAY)]}, "Cơ quan!C2", "order"),
        ({"agencies": [agency(valid_from=dt.date(1800, 1, 1))]}, "Cơ quan!B2", "far"),
        ({"agencies": [agency()], "units": [unit(key="Một cửa")]}, "Đơn vị!B2", "unit_key"),
        ({"units": [unit()]}, "Đơn vị!A2", "no_agency"),
        ({"people": [person("a b")]}, "Nhân sự!A2", "staff_code"),
        ({"people": [person(email="nobody")]}, "Nhân sự!C2", "email"),
        ({"people": [person()], "posts": [post()]}, "Vị trí công tác!C2", "no_unit"),
        ({"posts": [post("NO", agency="H15.136", unit="desk")]}, "Vị trí công tác!A2", "no_person"),
        (
            {"people": [person()], "posts": [post(agency="H15.136", unit="desk", acting=True)]},
            "Vị trí công tác!F2",
            "acting_ends",
        ),
        (
            {"people": [person()], "posts": [post(agency="H15.136", unit="desk", position="X")]},
            "Vị trí công tác!I2",
            "no_position",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_wrong_is_named_at_its_cell_and_nothing_is_applied(rows, place, code, by):
    new = sheets(**({"people": [person("GOOD")]} if "people" not in rows else {}) | rows)
    plan = preview_import(by=by, read=new)
    assert [(f.place, f.code) for f in plan.faults][:1] == [(place, code)]
    with pytest.raises(Invalid) as refused:
        apply_import(by=by, read=new, now=timezone.now())
    assert place in refused.value.message
    assert not Person.objects.filter(staff_code__in=["GOOD", "T.1"]).exists()


def test_an_agency_is_not_moved_or_ended_by_a_table(by):
    ward = {values["code"]: values for _row, values in rows_of("agencies")}["H15.136"]
    for name, value in (("level", "department"), ("parent", None), ("valid_to", dt.date(2030, 1, 1))):
        plan = preview_import(by=by, read=sheets(agencies=[ward | {name: value}]))
        assert [fault.code for fault in plan.faults] == ["decision"]
    plan = preview_import(by=by, read=sheets(agencies=[ward | {"kind": "vertical", "phone": "0262"}]))
    assert [d.what for d in plan.differences] == ["changed"]


def test_an_administrator_does_not_end_their_own_post_by_a_table(by):
    mine = next(values for row, values in rows_of("posts") if row.pk == by.post.pk)
    plan = preview_import(by=by, read=sheets(posts=[mine | {"valid_to": dt.date(2099, 1, 1)}]))
    assert [fault.code for fault in plan.faults] == ["own_post"]


def test_what_changed_since_it_was_shown_is_not_applied(by):
    new = sheets(people=[person(phone="1")])
    digest = preview_import(by=by, read=new).digest
    actions.add_person(by=by, staff_code="T.1", full_name="Lê Thị Bảng", now=timezone.now())
    with pytest.raises(Conflict):
        apply_import(by=by, read=new, digest=digest, now=timezone.now())


def test_a_column_that_is_missing_leaves_what_is_stored(by):
    apply_import(by=by, read=sheets(people=[person(phone="0905", email="a@b.vn")]), now=timezone.now())
    content = "Mã nhân sự;Họ và tên\nT.1;Lê Thị Bảng\n".encode()
    assert preview_import(by=by, read=read(content, "a.csv")).differences == ()


def test_only_an_administrator_exports_and_imports(actor_of):
    by = actor_of("xa.lanhdao")
    with pytest.raises(NotAllowed):
        export_tables(by=by, now=timezone.now())
    with pytest.raises(NotAllowed):
        apply_import(by=by, read=sheets(people=[person()]), now=timezone.now())


def test_an_export_leaves_an_event_with_counts_and_no_names(by):
    export_tables(by=by, sheet="people", now=timezone.now())
    event = Event.objects.get(kind="organisation.exported")
    assert event.payload["facts"] == {"rows": {"people": Person.objects.count()}, "form": "csv"}


def test_every_fault_has_words_and_a_place(by):
    content = write_csv(BY_KEY["people"], [person("a b")])
    [fault] = preview_import(by=by, read=read(content, "a.csv")).faults
    assert "a b" in say(fault)
    assert "2" in place_of(fault)
    assert "A" in place_of(fault)


def test_twenty_thousand_people_are_planned_with_few_queries(by, django_assert_max_num_queries):
    new = sheets(people=[person(f"N.{number}") for number in range(20_000)])
    with django_assert_max_num_queries(8):
        assert len(preview_import(by=by, read=new).differences) == 20_000
