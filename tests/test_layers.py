"""The house: who may import whom, where heavy libraries live, how large a room may be."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

LAYERS = {
    "bench": (
        "owner",
        "errors",
        "units",
        "arguments",
        "entry",
        "writing",
        "magnitude",
        "textfile",
        "wording",
        "profile",
        "boards",
        "models",
        "figures",
        "match_settings",
        "match",
        "library",
        "show",
        "distributions",
        "statistics",
        "environment",
        "meters",
        "journal",
        "operations",
        "lock",
        "sideprocess",
        "sampler",
        "tracking",
        "exporter",
        "host",
        "selftest",
        "check",
        "protocol",
        "comparison",
        "blueprints",
        "pairs",
        "prompts",
        "pipelines",
        "quality",
        "run",
        "estimate",
        "sweep",
        "importers",
        "plot",
        "study",
        "commands",
        "__main__",
        "script",
    ),
    "roi": (
        "ours",
        "errors",
        "arrays",
        "numbers",
        "units",
        "texts",
        "new_file",
        "amounts",
        "paper",
        "resources",
        "notes",
        "words",
        "nearest",
        "countries",
        "verify",
        "finance",
        "queueing",
        "retry",
        "acceptance_log",
        "figure",
        "assumptions",
        "grid",
        "scenario",
        "fiscal",
        "footprint",
        "cost",
        "options",
        "fleet",
        "planning",
        "decision",
        "disclosure",
        "policy",
        "operate",
        "sensitivity",
        "workbook",
        "scenario_file",
        "output",
        "callbacks",
        "trial",
        "screens",
        "commands",
        "__main__",
        "script",
    ),
}
"""The rooms of each package from the ground up: a room imports only rooms that stand before it."""

BENCH_ROOMS_OPEN_TO_ROI = {
    "owner",
    "errors",
    "boards",
    "models",
    "profile",
    "library",
    "pairs",
    "entry",
    "writing",
    "magnitude",
    "textfile",
    "wording",
    "operations",
    "distributions",
}
"""The profile contract and the library, with the tables of boards and of models; the ledger of operation, which
`bench` fills and `roi` reads; and how a command of either package begins and ends, whose packages they are, how
files are written and which numbers are calculated with, alike for both."""

LIGHT = {"bench", "roi", "pydantic", "pydantic_core"}
"""What any module may import beside the standard library."""


@dataclass(frozen=True)
class Leaf:
    """The rooms that may import one library, when they are loaded or not before a function is called."""

    at_load: tuple[str, ...] = ()
    in_functions: tuple[str, ...] = ()


LEAVES = {
    "torch": Leaf(in_functions=("bench.blueprints", "bench.pipelines", "bench.quality")),
    "diffusers": Leaf(in_functions=("bench.blueprints", "bench.pipelines")),
    "transformers": Leaf(in_functions=("bench.pipelines", "bench.quality")),
    "huggingface_hub": Leaf(in_functions=("bench.pipelines",)),
    "safetensors": Leaf(in_functions=("bench.pipelines",)),
    "torchao": Leaf(in_functions=("bench.pipelines",)),
    "torch_fidelity": Leaf(in_functions=("bench.quality",)),
    "psutil": Leaf(in_functions=("bench.pipelines",)),
    "scipy": Leaf(in_functions=("roi.trial",)),
    "statsmodels": Leaf(in_functions=("roi.trial",)),
    "choix": Leaf(in_functions=("roi.trial",)),
    "krippendorff": Leaf(in_functions=("roi.trial",)),
    "filelock": Leaf(in_functions=("bench.lock",)),
    "matplotlib": Leaf(in_functions=("bench.plot", "bench.study")),
    "babel": Leaf(("roi.amounts",)),
    "PIL": Leaf(in_functions=("bench.pipelines", "bench.quality", "roi.trial")),
    "pynvml": Leaf(in_functions=("bench.meters",)),
    "codecarbon": Leaf(in_functions=("bench.meters",)),
    "numpy": Leaf(
        (
            "bench.quality",
            "bench.pipelines",
            "bench.estimate",
            "roi.arrays",
            "roi.verify",
            "roi.queueing",
            "roi.finance",
            "roi.fleet",
            "roi.planning",
            "roi.decision",
            "roi.sensitivity",
            "roi.trial",
        )
    ),
    "pulp": Leaf(in_functions=("roi.fleet",)),
    "highspy": Leaf(("roi.fleet",)),
    "yaml": Leaf(("roi.scenario", "roi.policy"), in_functions=("roi.trial", "roi.commands")),
    "openpyxl": Leaf(("roi.workbook",)),
    "sitecustomize": Leaf(("bench.tracking",)),
    "pyarrow": Leaf(in_functions=("bench.operations",)),
    "prometheus_client": Leaf(in_functions=("bench.exporter",)),
    "submitit": Leaf(in_functions=("bench.sweep",)),
    "typer": Leaf(
        (
            "bench.__main__",
            "bench.arguments",
            "bench.commands",
            "bench.blueprints",
            "bench.estimate",
            "bench.exporter",
            "bench.run",
            "bench.sweep",
            "bench.study",
            "bench.tracking",
            "roi.__main__",
            "roi.commands",
        )
    ),
    "rich": Leaf(
        ("bench.__main__", "bench.show", "bench.sweep", "bench.study", "roi.commands", "roi.output")
    ),
    "streamlit": Leaf(("app", "roi.callbacks", "roi.screens", "roi.trial")),
    "vl_convert": Leaf(in_functions=("roi.output",)),
    "pandas": Leaf(("app", "roi.screens")),
}

LARGEST_FUNCTION_LINES = 60
LARGEST_MODULE_LINES = 400


@dataclass(frozen=True)
class Import:
    """One name that a module imports, and when."""

    name: str
    line: int
    when: str
    """`load`, `call` (inside a function) or `types` (under TYPE_CHECKING)."""


def imports_of(tree: ast.AST, when: str = "load") -> Iterator[Import]:
    """Every import of a syntax tree; `from a import b` is reported as `a.b`."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, node.lineno, when) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (Import(f"{node.module}.{alias.name}", node.lineno, when) for alias in node.names)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from imports_of(node, "call")
        elif isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            yield from imports_of(node, "types")
        else:
            yield from imports_of(node, when)


def modules() -> dict[str, Path]:
    """Every module of the two packages by its dotted name, and the application as `app`."""
    found = {}
    for path in sorted([*ROOT.glob("bench/**/*.py"), *ROOT.glob("roi/**/*.py"), *ROOT.glob("app.py")]):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()
TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in MODULES.items()}


def room_of(module: str) -> str:
    """`roi.scenario.supply` lives in `roi.scenario`; `app` and the bare packages are their own rooms."""
    return ".".join(module.split(".")[:2])


def module_named(name: str) -> str | None:
    """The module of this project that an imported name means: itself, or the module it is taken from."""
    while name and name not in MODULES:
        name = name.rpartition(".")[0]
    return name or None


def arrows() -> Iterator[tuple[str, str, str]]:
    """Importing module, imported module of this project, and a sentence with the place."""
    for module, tree in TREES.items():
        for entry in imports_of(tree):
            target = module_named(entry.name)
            if target and target != module:
                yield module, target, f"{MODULES[module].relative_to(ROOT)}:{entry.line} imports {target}"


def rank(module: str) -> int:
    """Height of a module in its own package; the bare package lies under all of its rooms."""
    package, _, room = room_of(module).partition(".")
    if room and room not in LAYERS[package]:
        raise AssertionError(f"{module} has no place in LAYERS")
    return LAYERS[package].index(room) if room else -1


def test_imports_are_read_at_every_depth() -> None:
    source = "import a\nif TYPE_CHECKING:\n    from b import c\ndef f():\n    with g:\n        import d.e"
    found = [(entry.name, entry.line, entry.when) for entry in imports_of(ast.parse(source))]
    assert found == [("a", 1, "load"), ("b.c", 3, "types"), ("d.e", 6, "call")]


def test_every_module_has_its_place_in_the_layer_table() -> None:
    homeless = [
        f"{name}: place {room_of(name)} in LAYERS of tests/test_layers.py, above all that it imports"
        for name in MODULES
        if "." in name and room_of(name).partition(".")[2] not in LAYERS[name.partition(".")[0]]
    ]
    assert homeless == []


def test_arrows_point_down_within_a_package() -> None:
    upward = [
        place
        for source, target, place in arrows()
        if "." in source
        and source.split(".")[0] == target.split(".")[0]
        and room_of(source) != room_of(target)
        and rank(source) <= rank(target)
    ]
    assert upward == []


def test_bench_never_imports_roi() -> None:
    assert [
        place for source, target, place in arrows() if source.startswith("bench") and target.startswith("roi")
    ] == []


def test_roi_takes_only_the_profile_contract_and_its_library_from_bench() -> None:
    open_rooms = {"bench"} | {f"bench.{room}" for room in BENCH_ROOMS_OPEN_TO_ROI}
    assert [
        place
        for source, target, place in arrows()
        if source.startswith("roi") and target.startswith("bench") and room_of(target) not in open_rooms
    ] == []


def test_the_second_route_imports_nothing_of_the_first() -> None:
    shared = [
        place
        for source, target, place in arrows()
        if room_of(source) == "roi.verify" and room_of(target) != "roi.verify"
    ]
    assert shared == []


def test_nothing_imports_the_application() -> None:
    assert [place for _, target, place in arrows() if target == "app"] == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph: dict[str, set[str]] = {name: set() for name in MODULES}
    for source, target, _ in arrows():
        graph[source].add(target)
    order = list(TopologicalSorter(graph).static_order())
    assert sorted(order) == sorted(MODULES)


def test_importing_the_packages_loads_no_library() -> None:
    code = f"import sys, roi, bench; print(sorted(set({sorted(LEAVES)!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


def test_every_library_is_imported_only_in_its_leaf() -> None:
    misplaced = []
    for module, tree in TREES.items():
        for entry in imports_of(tree):
            library = entry.name.partition(".")[0]
            if library in LIGHT or library in sys.stdlib_module_names or entry.when == "types":
                continue
            leaf = LEAVES.get(library, Leaf())
            allowed = leaf.at_load if entry.when == "load" else leaf.at_load + leaf.in_functions
            if room_of(module) not in allowed:
                place = f"{MODULES[module].relative_to(ROOT)}:{entry.line}"
                misplaced.append(
                    f"{place} imports {library} at {entry.when}; LEAVES allows it in {allowed or 'no room'}"
                )
    assert misplaced == []


@pytest.mark.parametrize("name", MODULES)
def test_no_module_outgrows_its_room(name: str) -> None:
    lines = len(MODULES[name].read_text(encoding="utf-8").splitlines())
    assert lines <= LARGEST_MODULE_LINES, f"{name}: split it into a folder of the same name"


@pytest.mark.parametrize("name", MODULES)
def test_no_function_is_longer_than_a_screen(name: str) -> None:
    long = [
        f"{name}.{node.name} has {length} lines"
        for node in ast.walk(TREES[name])
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > LARGEST_FUNCTION_LINES
    ]
    assert long == []
