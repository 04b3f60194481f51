"""Every action of the product has a route of the API, or stands here with the reason why it has none."""

import ast
import importlib
import inspect
import types
from collections.abc import Iterator
from pathlib import Path

import motcua

SOURCE = Path(motcua.__file__).parent
# Actions outside of a module of that name.
ALSO = (
    "serve/catalogue/publication/setting.py",
    "serve/catalogue/publication/drafting.py",
    "serve/dossiers/repromising.py",
)
# Rooms whose API is to come as a whole; what they write is on pages and in commands.
ROOMS_TO_COME = ("motcua.measure", "motcua.borders", "motcua.listen", "motcua.steer")
WITHOUT_ROUTE = {
    # What only a person or whoever runs the machine does.
    "choose_password": "a password is chosen by its owner, on the page",
    "create_administrator": "the first administrator is made where the product is started",
    "create_client": "a token that makes tokens would be a key to every door: page and command only",
    "issue_token": "as create_client",
    "revoke_token": "as create_client",
    # Data files of the product, brought in by whoever runs it.
    "load_agencies": "a province's data files; programs change agencies by decision, or by tables",
    "load_calendar": "a province's data files",
    "load_administrative_units": "the country's data files: motcua units load",
    "load_groups": "a province's data files",
    "load_procedures": "a province's data files; programs hand in catalogue files",
    "load_procedure": "as load_procedures",
    "import_catalogue": "the command's way; programs hand a file in and carry it out",
    "import_histories": "dossiers of an older product are brought in by a command",
    "add_agency": "agencies are made by a decision",
    # Parts of other actions, or several of them at once.
    "open_run": "a part of ask_repromising",
    "check_filing": "the receiving route answers with the same faults",
    "accept_many": "programs accept one by one",
    "forward_many": "programs forward one by one",
    "return_many": "programs return one by one",
    "note_export": "a part of the pages that make files of lists",
}


def modules() -> Iterator[types.ModuleType]:
    """Every module of actions."""
    for path in sorted({*SOURCE.rglob("actions.py"), *SOURCE.rglob("actions/**/*.py"), *(SOURCE / p for p in ALSO)}):
        name = ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts).removesuffix(".__init__")
        if not name.startswith(ROOMS_TO_COME):
            yield importlib.import_module(name)


def actions() -> dict[str, object]:
    """Return every action by name: public, told who does it (`by=`), all by name."""
    found: dict[str, object] = {}
    for module in modules():
        for name, one in vars(module).items():
            if name.startswith("_") or not inspect.isfunction(one) or one.__module__ != module.__name__:
                continue
            told = inspect.signature(one).parameters
            if "by" in told and all(p.kind is p.KEYWORD_ONLY for p in told.values()):
                found[name] = one
    return found


def called_by_routes() -> set[object]:
    """Return every function that a module of the API names."""
    found: set[object] = set()
    for path in [*SOURCE.rglob("api*.py"), *SOURCE.rglob("*_api/*.py")]:
        module = importlib.import_module(".".join(path.relative_to(SOURCE.parent).with_suffix("").parts))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Name):
                found.add(_hashable(getattr(module, node.id, None)))
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                found.add(_hashable(getattr(getattr(module, node.value.id, None), node.attr, None)))
    return found


def _hashable(one: object) -> object:
    return one if inspect.isfunction(one) else None


def test_every_action_has_a_route_or_a_reason_why_it_has_none() -> None:
    there, routed = actions(), called_by_routes()
    assert len(there) > 100, "the walk finds the actions"
    without = {name for name, one in there.items() if one not in routed}
    assert without - set(WITHOUT_ROUTE) == set(), "give these a route, or say here why they have none"


def test_no_reason_outlives_its_action() -> None:
    there, routed = actions(), called_by_routes()
    gone = {name for name in WITHOUT_ROUTE if name not in there or there[name] in routed}
    assert gone == set(), "these have a route now, or are no actions"
