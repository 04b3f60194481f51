"""The province's standing: neighbours beside it, the rank in the region, and in which domain the rank was lost."""

import pytest
from django.test import Client
from django.utils import timezone

from motcua.formats.datafiles import datasets_folder
from motcua.formats.frameworks import Table, read_table
from motcua.measure.assessment import actions
from motcua.measure.assessment.comparing import standings_of
from motcua.measure.assessment.models import Standing

pytestmark = pytest.mark.django_db
HEADS = ("index", "year", "province", "domain", "score", "rank", "of", "region", "region_rank")


@pytest.fixture
def published(people, db):
    table = read_table(datasets_folder() / "standing" / "published.csv")
    return actions.load_standing(by=people.preparer, table=table, now=timezone.now())


def index_of(province, name):
    return next(told for told in standings_of(province) if told.name == name)


def test_figures_of_a_province_stand_as_they_were_printed(published):
    par, pci, papi = (index_of("Đắk Lắk", name) for name in ("PAR Index", "PCI", "PAPI"))
    line = next(line for line in par.years if line.row.year == 2019)
    assert (line.row.score, line.row.rank, line.rise, round(line.gain, 2), line.region_rank) == (79.53, 50, -7, 5.1, 3)
    line = next(line for line in pci.years if line.row.year == 2019)
    assert (line.row.score, line.row.rank, line.rise, round(line.gain, 2), line.row.rating) == (
        64.81,
        38,
        2,
        2.33,
        "Khá",
    )
    line = next(line for line in papi.years if line.row.year == 2019)
    assert (line.row.score, line.row.rank, line.rise) == (41.07, 62, -9)
    dak_nong = index_of("Đắk Nông", "PAR Index")
    assert [(line.row.rank, line.rise) for line in dak_nong.years if line.row.year == 2022] == [(37, 4)]


def test_the_rank_in_the_region_follows_from_the_scores_of_its_provinces(published):
    pci = index_of("Đắk Lắk", "PCI")
    line = next(line for line in pci.years if line.row.year == 2020)
    # 2020: Lâm Đồng 64.43, Đắk Lắk 63.22, Gia Lai 63.12, Kon Tum 62.02, Đắk Nông 61.96.
    assert (line.region_rank, line.region_of) == (2, 5)
    assert pci.compared == 2020
    assert [each.row.province for each in pci.neighbours] == ["Lâm Đồng", "Đắk Lắk", "Gia Lai", "Kon Tum", "Đắk Nông"]
    assert [each.own for each in pci.neighbours] == [False, True, False, False, False]


def test_the_domains_that_cost_the_rank_are_named_the_worst_first(published):
    par = index_of("Đắk Nông", "PAR Index")
    assert [(line.row.domain, line.row.rank, line.behind) for line in par.lost] == [
        ("2. Thể chế", 55, 18),
        ("5. Chế độ công vụ", 46, 9),
    ]
    papi = index_of("Đắk Lắk", "PAPI")
    assert len(papi.domains) == 8
    assert sum(line.row.score for line in papi.domains) == pytest.approx(papi.years[0].row.score, abs=0.001)


def test_without_ranks_of_domains_the_gap_to_the_best_neighbour_tells_and_a_rise_is_told(people, db):
    rows = (
        ("X", "2024", "A", "", "70", "5", "9", "R", ""),
        ("X", "2024", "B", "", "80", "1", "9", "R", ""),
        ("X", "2024", "A", "one", "10", "", "", "R", ""),
        ("X", "2024", "B", "one", "19", "", "", "R", ""),
        ("X", "2024", "A", "two", "60", "", "", "R", ""),
        ("X", "2024", "B", "two", "61", "", "", "R", ""),
    )
    table = Table("x.csv", HEADS, tuple(enumerate(rows, start=2)))
    actions.load_standing(by=people.preparer, table=table, now=timezone.now())
    told = index_of("A", "X")
    assert [(line.row.domain, line.gap, line.best_province) for line in told.lost] == [
        ("one", 9.0, "B"),
        ("two", 1.0, "B"),
    ]
    # Taken in again with another figure, the row is replaced, not doubled.
    again = Table("x.csv", HEADS, ((2, ("X", "2024", "A", "", "71", "4", "9", "R", "")),))
    actions.load_standing(by=people.preparer, table=again, now=timezone.now())
    assert Standing.objects.get(index="X", province="A", domain="").score == 71
    assert Standing.objects.count() == 6


def test_the_page_names_the_lost_domains_in_few_questions(published, django_assert_max_num_queries):
    client = Client(headers={"accept-language": "en"})
    with django_assert_max_num_queries(8):
        page = client.get("/standing/?province=Đắk Nông").content.decode()
    assert "Where the rank was lost in 2022" in page
    assert "rank 55, 18 below the whole" in page
    assert "Lâm Đồng" in page
