"""Clones of the filled template for each worker and, where a test needs its own, for each test."""

import datetime as dt
import os
import uuid
from collections.abc import Callable, Iterator

import psycopg
import pytest

TEMPLATE = "motcua"


def owner(database: str = "postgres") -> psycopg.Connection:
    """Return a connection as the owner: what an attacker with the server's password has."""
    url = os.environ["MOTCUA_TEST_OWNER_URL"].rsplit("/", 1)[0]
    return psycopg.connect(f"{url}/{database}", autocommit=True)


def clone(name: str = "") -> str:
    """Make a database from the template and return its name."""
    name = name or f"test_{uuid.uuid4().hex[:12]}"
    with owner() as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY file_copy")
    return name


def drop(name: str) -> None:
    """Remove a clone."""
    with owner() as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def renew(name: str) -> None:
    """Lay a clone anew."""
    from django.db import connection

    connection.close()
    drop(name)
    clone(name)


def use(name: str) -> None:
    """Point Django at a database."""
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = name


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: object) -> Iterator[None]:
    """Give this worker its own clone of the template instead of migrating again."""
    from django.db import connection

    name = clone()
    use(name)
    # What a test with `transaction=True` leaves behind goes with its clone: the role may not empty tables.
    connection.ops.execute_sql_flush = lambda statements: renew(name)  # type: ignore[method-assign]
    yield
    connection.close()
    drop(name)


@pytest.fixture
def fresh_database(django_db_setup: None, django_db_blocker: object) -> Iterator[str]:
    """A database of this test's own, without a surrounding transaction; the name is given."""
    from django.db import connection

    before = connection.settings_dict["NAME"]
    name = clone()
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        use(name)
        yield name
        use(before)
    drop(name)


@pytest.fixture
def attacker(fresh_database: str) -> Iterator[psycopg.Connection]:
    """The owner's connection to the test's own database."""
    with owner(fresh_database) as connection:
        yield connection


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """Tests plant rows without events; neither what a process keeps of versions nor a page's language outlives one."""
    from django.utils import translation

    from motcua.serve.catalogue.queries import forget_parts

    forget_parts()
    translation.deactivate()


@pytest.fixture
def actor_of() -> Callable[[str], object]:
    """Return the actor of a demo account: its first post, today."""

    def find(username: str) -> object:
        from django.utils import timezone

        from motcua.record.accounts.models import User
        from motcua.record.organisation.actor import Actor
        from motcua.record.organisation.queries import posts_of

        today = timezone.localdate()
        user = User.objects.get(username=username)
        return Actor(post=posts_of(user.person_id, today)[0], on=today)

    return find


@pytest.fixture
def today() -> dt.date:
    """The local date."""
    from django.utils import timezone

    return timezone.localdate()
