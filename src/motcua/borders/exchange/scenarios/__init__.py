"""Invented populations whose rows add up to published figures: a file in `datasets/scenarios` each.

    scenario = read_scenario("dak-lak-2020-h1", scale=Decimal("0.01"))
    import_histories(..., demo=True, source=scenario.source_name, portions=portions(scenario))

A scaled scenario has each of its counts times the scale, rounded half up. The figures are to be counted from the rows;
nothing reads them from here. The same scenario and seed give the same dossiers.
"""

from motcua.borders.exchange.scenarios.making import portions
from motcua.borders.exchange.scenarios.plans import Scenario, ScenarioFault, plan, read_scenario, scenario_codes
from motcua.borders.exchange.scenarios.working import NobodyToWork, work

__all__ = ["NobodyToWork", "Scenario", "ScenarioFault", "plan", "portions", "read_scenario", "scenario_codes", "work"]
