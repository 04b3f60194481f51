"""Open data of a ranking."""

from motcua.measure.assessment.views.public import long_form


def test_no_name_in_open_data_is_carried_out_by_a_spreadsheet():
    unit = {
        "code": "H15.01",
        "name": {"vi": "@SUM(A1)"},
        "rank": 1,
        "class": "good",
        "nodes": {"TOP": [9.5, 10]},
    }
    written = long_form({"groups": [{"name": "=cmd|x!A1", "units": [unit]}]})
    assert written.splitlines()[1] == "'=cmd|x!A1,H15.01,'@SUM(A1),TOP,9.5,10,1,good,,"
