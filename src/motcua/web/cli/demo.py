"""`motcua demo load`: an invented population whose rows add up to published figures."""

import argparse
import json
import sys
import time
from contextlib import closing
from decimal import Decimal, InvalidOperation
from typing import Any

from motcua.web.cli.speaking import language, translate
from motcua.web.cli.words import _, grouped


def register(subparsers: Any) -> None:
    """Add the subcommands."""
    demo = subparsers.add_parser("demo", help="invented dossiers to try things out with")
    parts = demo.add_subparsers(dest="part", required=True)
    load = parts.add_parser("load", help="load a scenario; what was loaded before a stop stays, and the rest follows")
    load.add_argument("--scenario", required=True, help="dak-lak-2020-h1, dak-lak-2026 or thai-nguyen-2017")
    load.add_argument("--scale", type=_scale, default=Decimal(1), help="times each count, such as 0.01")
    load.add_argument("--json", action="store_true", help="print what was done as JSON")
    load.set_defaults(run=run_load, needs_database=True)
    at_work = parts.add_parser("work", help="let the demo's people work through the last weeks: fills their inboxes")
    at_work.add_argument("--dossiers", type=int, default=120, help="how many are filed; 120 if not given")
    at_work.add_argument("--days", type=int, default=20, help="over how many calendar days; 20 if not given")
    at_work.set_defaults(run=run_work, needs_database=True)


def _scale(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number such as 0.01") from None


def run_load(args: argparse.Namespace) -> int:
    """Load; 2 where there is no such scenario, or it cannot be loaded into this record."""
    from django.utils import timezone

    from motcua.borders.exchange.scenarios import ScenarioFault, portions, read_scenario
    from motcua.record.organisation.actor import system
    from motcua.serve.dossiers.actions.bulk import import_histories
    from motcua.serve.dossiers.queries import other_imports_of
    from motcua.web.cli.importing import tell_stopped
    from motcua.web.cli.progress import Bar
    from motcua.web.cli.stopping import stop_between_portions

    began = time.monotonic()
    try:
        scenario = read_scenario(args.scenario, args.scale)
        others = other_imports_of(scenario.source_name, scenario.run_name)
        if others:
            told = _("%(other)s is loaded already; %(this)s does not go beside it")
            raise ScenarioFault(told % {"other": others[0], "this": scenario.run_name})
        with stop_between_portions() as stop, closing(Bar(scenario.total)) as bar:
            done = import_histories(
                by=system(timezone.localdate()),
                source=scenario.source_name,
                name=scenario.run_name,
                portions=portions(scenario),
                demo=True,
                progress=lambda outcome: bar.show(outcome.read),
                tell_faults=lambda faults: sys.stderr.writelines(f"{f.code}: {f.message}\n" for f in faults),
                stop=stop.asked,
            )
    except ScenarioFault as fault:
        sys.stderr.write(f"{translate(language(args), str(fault))}\n")
        return 2
    told = {"scenario": scenario.code, "written": done.written, "known": done.known, "refused": done.refused}
    seconds = round(time.monotonic() - began, 1)
    if args.json:
        sys.stdout.write(json.dumps({**told, "seconds": seconds}) + "\n")
    else:
        title = scenario.title_vi if language(args) == "vi" else scenario.title_en
        counts = {"written": grouped(done.written), "known": grouped(done.known), "refused": grouped(done.refused)}
        line = _("%(title)s: %(written)s written, %(known)s were there, %(refused)s not taken in, %(seconds)s s")
        sys.stdout.write(f"{line % {**counts, 'title': title, 'seconds': seconds}}\n")
    if done.stopped:
        tell_stopped()
        return 130
    return 0 if not done.refused else 1


def run_work(args: argparse.Namespace) -> int:
    """Let the demo's people work; 2 where they are not there."""
    from django.conf import settings
    from django.utils import timezone

    from motcua.borders.exchange.scenarios import NobodyToWork, work
    from motcua.serve.dossiers.models import Dossier
    from motcua.web.cli.progress import Bar

    try:
        if not settings.DEMO:
            raise NobodyToWork
        with closing(Bar(args.dossiers)) as bar:
            # Another seed each time, so that nobody comes back with the same papers.
            seed = Dossier.objects.count()
            done = work(until=timezone.now(), dossiers=args.dossiers, days=args.days, seed=seed, tell=bar.show)
    except NobodyToWork:
        sys.stderr.write(f"{_('nobody of the demo is there: this is for a record with MOTCUA_DEMO=1')}\n")
        return 2
    line = _("%(received)s received, %(returned)s of them returned; %(unread)s arrivals wait to be looked at")
    sys.stdout.write(f"{line % {key: done[key] for key in ('received', 'returned', 'unread')}}\n")
    return 0
