"""The front door: `import roi`, and the commands `image-roi` and `image-bench` as an installer puts them down."""

import doctest
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import roi
from bench.writing import write_new_file
from roi.decision.answer import Decision
from roi.workbook.inputs.writing import write_input_workbook

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ("roi", "roi.decision.decide", "roi.planning.decide_plan", "roi.scenario_file", "bench.library")
"""Modules whose docstrings hold examples."""


@pytest.fixture(scope="module")
def decision() -> Decision:
    return roi.decide(roi.load_scenario(), roi.load_profiles(), near=False)


def printed(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    return done.stdout.strip()


def test_the_front_door_has_six_names() -> None:
    assert roi.__all__ == ["Scenario", "__version__", "decide", "load_profiles", "load_scenario", "plan"]
    assert set(roi.__all__) <= set(dir(roi))


def test_importing_roi_loads_no_other_module_of_ours() -> None:
    code = "import roi, sys; print(sorted(m for m in sys.modules if m.split('.')[0] in ('roi', 'bench')))"
    assert printed(code) == "['roi']"


def test_the_version_is_known_without_a_library() -> None:
    code = "import roi, sys; print(roi.__version__, 'pydantic' in sys.modules)"
    assert printed(code) == f"{roi.__version__} False"


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(
        AttributeError, match="'roi' has no attribute 'decided'; it has Scenario, __version__,"
    ):
        roi.decided  # noqa: B018


@pytest.mark.parametrize("module", EXAMPLES)
def test_the_examples_of_a_docstring_run(module: str) -> None:
    found = doctest.testmod(importlib.import_module(module))
    assert found.attempted > 0
    assert found.failed == 0


def test_every_module_with_an_example_is_tested() -> None:
    holding = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in sorted([*ROOT.glob("roi/**/*.py"), *ROOT.glob("bench/**/*.py")])
        if ">>> " in path.read_text(encoding="utf-8")
    ]
    assert sorted(EXAMPLES) == sorted(holding)


@pytest.mark.parametrize("ending", ["yaml", "xlsx"])
def test_a_scenario_is_loaded_from_text_and_from_a_workbook(ending: str, tmp_path: Path) -> None:
    file = tmp_path / f"mine.{ending}"
    if ending == "xlsx":
        write_input_workbook(roi.load_scenario(), file, "en")
    else:
        write_new_file(file, (ROOT / "templates" / "demonstration.yaml").read_bytes())
    assert roi.load_scenario(str(file)).name == "Product pictures, Tokyo"


def test_profiles_are_loaded_by_one_path_or_by_several() -> None:
    file = ROOT / "bench" / "library" / "mlenergy-v2-h100.json"
    assert roi.load_profiles(str(file)) == roi.load_profiles([file]) == roi.load_profiles()


def test_what_a_person_prints_is_one_line(decision: Decision) -> None:
    parts = [decision.choices[0], decision.options[0]]
    shown = [roi.load_scenario(), roi.load_profiles()[0], decision, *parts]
    planned = roi.plan(roi.load_scenario(), roi.load_profiles(), explained=False)
    for each in (*shown, planned, planned.choices[0]):
        assert "\n" not in repr(each)
        assert len(repr(each)) < 200
        assert repr(each).startswith(f"<{type(each).__name__} ")
