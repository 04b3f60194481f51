"""The diagram: every step once, nothing on top of another, flows from above to below, returns on the left."""

from hypothesis import given
from hypothesis import strategies as st
from tests.rules.test_processes import ordered_tables, three_agencies

from motcua.rules.processes import Step
from motcua.serve.catalogue.processes.drawing import WIDTH, Named, draw


def names(steps: list[Step]) -> dict[str, Named]:
    """Return a name for each step."""
    return {step.key: Named(f"Bước {step.key} có tên dài để xuống dòng", "chuyên viên · H15.24") for step in steps}


@given(ordered_tables())
def test_boxes_do_not_cover_each_other_and_lie_inside(steps: list[Step]) -> None:
    drawing = draw(steps, names(steps))
    assert drawing is not None
    assert len(drawing.boxes) == len(steps)
    for number, a in enumerate(drawing.boxes):
        assert a.x > 0
        assert a.x + a.width < drawing.left + drawing.width
        assert a.y + a.height <= drawing.height
        for b in drawing.boxes[number + 1 :]:
            assert a.x + a.width <= b.x or b.x + b.width <= a.x or a.y + a.height <= b.y or b.y + b.height <= a.y


@given(ordered_tables())
def test_lines_of_text_lie_inside_their_box(steps: list[Step]) -> None:
    drawing = draw(steps, names(steps))
    assert drawing is not None
    assert all(box.y < line.y < box.y + box.height for box in drawing.boxes for line in box.lines)


def test_two_steps_in_parallel_fit_a_phone_side_by_side() -> None:
    drawing = draw(three_agencies(), names(three_agencies()))
    assert drawing is not None
    fire, land = drawing.boxes[2:4]
    assert fire.y == land.y
    assert drawing.left + drawing.width == WIDTH
    assert len(drawing.flows) == 6
    assert len(drawing.returns) == 1


@given(st.sampled_from(["receive", "examine", "sign"]))
def test_a_tangled_table_is_not_drawn(key: str) -> None:
    steps = [Step(s.key, s.kind, (key,) if s.key == key else s.after) for s in three_agencies()]
    assert draw(steps, names(steps)) is None


def test_an_empty_table_is_not_drawn() -> None:
    assert draw([], {}) is None
