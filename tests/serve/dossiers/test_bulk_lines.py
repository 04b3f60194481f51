"""The shortest way to a line says what the long way says."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.record.ledger import hashing
from motcua.rules.text import fold
from motcua.serve.dossiers.actions.bulk.lines import Note, cell, folded, fresh_id, scalar
from motcua.serve.dossiers.models import Dossier, Party

VALUES = st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text(), max_size=3)


@given(st.text())
def test_a_text_is_folded_word_by_word_as_it_is_whole(text):
    assert folded(text) == fold(text)


@given(VALUES)
def test_a_value_is_written_as_the_ledger_writes_it(value):
    assert scalar(value) == hashing.canonical(value).decode(errors="surrogatepass")


@pytest.mark.parametrize("model", [Dossier, Party])
@given(data=st.data())
def test_a_noted_row_is_the_canonical_json_of_its_fields_and_digests(model, data):
    salt = b"s" * 16
    names = (*model.LEDGER_FIELDS, *model.DIGEST_FIELDS)
    row = {name: data.draw(VALUES) for name in names}
    known = {name: row[name] for name in data.draw(st.sets(st.sampled_from(names)))}

    def digest(name, value):
        return f'"{hashing.digest(salt, name, value)}"'

    expected = {n: hashing.digest(salt, n, row[n]) if n in model.DIGEST_FIELDS else row[n] for n in names}
    assert Note(model, known).text(row, digest) == hashing.canonical(expected).decode()


@given(st.text())
def test_a_cell_reads_back_as_what_was_written(text):
    written = cell(text)
    assert not set("\t\n\r") & set(written)
    back = {"\\\\": "\\", "\\t": "\t", "\\n": "\n", "\\r": "\r"}
    out, n = "", 0
    while n < len(written):
        step = 2 if written[n] == "\\" else 1
        out, n = out + back.get(written[n : n + step], written[n : n + step]), n + step
    assert out == text


def test_new_identifiers_are_of_version_seven_and_none_comes_twice():
    found = [uuid.UUID(fresh_id()) for _n in range(1_000)]
    assert {(one.version, one.variant) for one in found} == {(7, uuid.RFC_4122)}
    assert len(set(found)) == 1_000
