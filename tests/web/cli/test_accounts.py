"""The first administrator comes by command, once; accounts of people who are there, all or none."""

import pytest
from django.utils import timezone

from motcua.record.accounts.models import User
from motcua.record.ledger.models import Event
from motcua.record.organisation.actions.people import add_person
from motcua.record.organisation.actor import system
from motcua.record.organisation.models import Agency, Person, Post, Role
from motcua.record.organisation.queries import posts_of
from motcua.web.cli.commands import parser

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> int:
    args = parser().parse_args(["account", *arguments])
    return int(args.run(args))


def close_administrators() -> None:
    holders = Post.objects.filter(role=Role.ADMINISTRATOR).values("person_id")
    User.objects.filter(person_id__in=holders).update(is_active=False)


def create(*more: str, username: str = "dau.tien") -> int:
    return run("create-administrator", username, "--name", "Lò Thị Đầu", *more)


def test_the_first_administrator_can_sign_in_and_must_choose_a_password(capsys):
    close_administrators()
    assert create() == 0
    username, secret = capsys.readouterr().out.split()
    user = User.objects.get(username="dau.tien")
    assert (username, user.check_password(secret), user.must_change_password) == ("dau.tien", True, True)
    post = Post.objects.get(person=user.person)
    assert (post.role, post.unit.kind, post.unit.agency.level) == (Role.ADMINISTRATOR, "office", "centre")


def test_each_part_of_it_is_in_the_record(capsys):
    close_administrators()
    before = Event.objects.count()
    create()
    kinds = list(Event.objects.order_by("pk").values_list("kind", flat=True)[before:])
    assert kinds == ["person.added", "post.given", "account.opened"]
    assert capsys.readouterr().out.split()[1] not in str(list(Event.objects.values_list("payload")[before:]))


def test_where_there_is_an_administrator_another_one_must_be_asked_for(capsys):
    people = Person.objects.count()
    assert create() == 2
    assert "--another" in capsys.readouterr().err
    assert Person.objects.count() == people
    assert create("--another") == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--agency", "H99"], "--agency"),
        (["--unit", "nothing"], "--unit"),
        (["--staff-code", "a b", "--lang", "vi"], "Mã cán bộ"),
    ],
)
def test_what_is_wrong_is_told_and_nobody_is_added(capsys, arguments, told):
    people = Person.objects.count()
    assert create("--another", *arguments) == 2
    assert told in capsys.readouterr().err
    assert create("--another", username="Ô") == 2
    assert Person.objects.count() == people


def test_the_agency_must_be_named_where_several_stand_at_the_top(capsys):
    Agency.objects.create(code="H99", level="province", name_vi="Tỉnh khác", valid_from="2025-07-01")
    assert create("--another") == 2
    assert create("--another", "--agency", "H15") == 0
    assert posts_of(User.objects.get(username="dau.tien").person_id, Post.objects.last().valid_from)


def test_accounts_are_opened_all_or_none(capsys):
    for code in ("CB.1", "CB.2"):
        add_person(by=system(timezone.localdate()), staff_code=code, full_name="Bế Văn Mở", now=timezone.now())
    assert run("open", "CB.1=be.mo", "CB.3=khong.co") == 2
    assert "CB.3" in capsys.readouterr().err
    assert run("open", "CB.1=be.mo", "CB.2=be.mo") == 2
    assert not User.objects.filter(username="be.mo").exists()
    assert run("open", "CB.1=be.mo", "CB.2=be.hai") == 0
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert all(User.objects.get(username=name).check_password(secret) for name, secret in lines)
    assert run("open", "CB.1=be.ba") == 2
