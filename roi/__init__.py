"""From measured profiles and prices to a decision and its proof.

The front door, for a program or a notebook::

    load_scenario(path)          a scenario file, YAML or workbook; the bundled demonstration without a path
    load_profiles(paths)         the bundled measurements, and your own beside them
    decide(scenario, profiles)   the cheapest configuration that meets every limit, verified
    plan(scenario, profiles)     what to buy, rent and call over the years, against today
    Scenario                     the inputs, frozen and closed

Money is in the scenario's currency, energy in kWh, carbon in kgCO2e. What cannot be answered or read is a
`RoiError` of `roi.errors`, or a `BenchError` of `bench.errors` for profiles; its sentence says what to do.

>>> import roi
>>> scenario = roi.load_scenario()
>>> profiles = roi.load_profiles()
>>> roi.decide(scenario, profiles, near=False)
<Decision optimal, verified: PixArt-Σ (1024x1024) / Verda H100 Finland, JPY 83.09 per accepted image>

Names load when they are asked for: `import roi` alone loads no library.
"""

TYPE_CHECKING = False
"""The checker's own name: `typing` would be loaded before the command listens to Ctrl-C (see `bench.entry`)."""
if TYPE_CHECKING:
    from bench import __version__ as __version__
    from bench.library import load_profiles as load_profiles
    from roi.decision.decide import decide as decide
    from roi.planning.decide_plan import plan as plan
    from roi.scenario.document import Scenario as Scenario
    from roi.scenario_file import load_scenario as load_scenario

__all__ = ["Scenario", "__version__", "decide", "load_profiles", "load_scenario", "plan"]

__distribution__ = "image-roi"
"""Whose package this is; `bench.owner` looks for it."""

_PLACES = {
    "__version__": "bench",
    "load_profiles": "bench.library",
    "decide": "roi.decision.decide",
    "plan": "roi.planning.decide_plan",
    "Scenario": "roi.scenario.document",
    "load_scenario": "roi.scenario_file",
}
"""Where each name of the front door is at home."""


def __getattr__(name: str) -> object:
    """A name of the front door, loaded at its first use and kept."""
    if name not in _PLACES:
        raise AttributeError(f"module 'roi' has no attribute {name!r}; it has {', '.join(__all__)}")
    from importlib import import_module

    from roi.ours import refuse_foreign

    refuse_foreign()
    found: object = getattr(import_module(_PLACES[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """The names of the front door, loaded or not."""
    return sorted({*globals(), *__all__})
