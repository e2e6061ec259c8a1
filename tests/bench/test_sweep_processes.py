"""A miniature of `hidden-cost` through real processes: killed and resumed, and in two shards at once.

Two tiny blueprints with random weights stand for the seventeen models. One more point is too large for any memory,
and its prompts are not there until the sweep goes on. Every sweep plays a board of its own.
"""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.journal import read_journal
from bench.profile import read_profiles
from bench.sweep.plan import SweepPlan, read_plan
from bench.sweep.result import Result, merge, read_results
from tests.bench.test_run import steady_trace
from tests.bench.tiny_blueprints import SIDE, save_tiny

ROOT = Path(__file__).resolve().parents[2]
LONGEST_WAIT_S = 600.0
STARTED_BEFORE_THE_KILL = 3
POWER_W = 250.0
UNET, MMDIT = "tiny-sd-1.5.json", "tiny-sd3-medium.json"

SHORT = """
schema_version = 1
name = "miniature"
seed = 11
tier = "quick"

[durations]
window_min_s = 0.2
windows_max = 4
half_width_fraction = 0.5
budget_s = 20.0
warm_up = { duration_min_s = 0.05, duration_max_s = 0.2 }
idle = { duration_s = 0.3, dropped_s = 0.1 }

[fixed]
weights = "random"
num_inference_steps = 2
dtype = "float32"
"""
FACTORS = """
[factors]
scene = [
    { model = "tiny-sd-1.5.json", width = 64, height = 64 },
    { model = "tiny-sd3-medium.json", width = 64, height = 64 },
    { model = "tiny-sd-1.5.json", width = 999424, height = 999424, prompt_file = "late.txt" },
]

[[stages]]
name = "too large"
only = { width = 999424 }

[[stages]]
name = "models"
"""
TWO_MODELS = f"""
[factors]
model = ["{UNET}", "{MMDIT}"]
width = [{SIDE}]
height = [{SIDE}]
"""


EXECUTIONS = f"""
[factors]
scene = [{{ model = "{MMDIT}", width = {SIDE}, height = {SIDE} }}]
execution = [
    {{}},
    {{ quantization = {{ denoiser = "torchao-int8-weight-only" }} }},
]
"""


@dataclass(frozen=True)
class Done:
    """What the sweeps left behind."""

    folder: Path
    plan: SweepPlan
    killed: tuple[dict[str, object], ...]
    """Journal at the moment of the kill."""
    finished_before: frozenset[str]
    """Points with a result at that moment."""
    resumed: "subprocess.CompletedProcess[str]"
    merged: "subprocess.CompletedProcess[str]"

    def results(self, name: str) -> dict[str, Result]:
        return {one.hash: one for _, one in read_results(self.folder / name)}

    @property
    def journal(self) -> tuple[dict[str, object], ...]:
        return read_journal(self.folder / "whole" / "journal-1-of-1.jsonl")

    def point(self, model: str) -> str:
        """The point of 64 x 64 pixels of that model."""
        points = [one for one in self.plan.points if one.stage == "models"]
        (found,) = (one.hash for one in points if one.point.settings.model == model)
        return found

    @property
    def too_large(self) -> str:
        (found,) = (one.hash for one in self.plan.points if one.stage == "too large")
        return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where everything is kept, board locks too: another session's tests play the same boards."""
    made = tmp_path_factory.mktemp("sweep")
    with pytest.MonkeyPatch.context() as patch:
        here = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        variables = {"OMP_NUM_THREADS": "1", "TMPDIR": str(made), "PYTHONPATH": here}
        for name, value in variables.items():
            patch.setenv(name, value)
        for name in ("sd-1.5", "sd3-medium"):
            save_tiny(name, made)
        board = steady_trace(made / "whole.csv").read_text(encoding="utf-8")
        for name in ("first", "second", "executed"):
            (made / f"{name}.csv").write_text(board.replace("GPU-test", f"GPU-{name}"), encoding="utf-8")
        (made / "plan.toml").write_text(SHORT + FACTORS, encoding="utf-8")
        (made / "two.toml").write_text(SHORT + TWO_MODELS, encoding="utf-8")
        (made / "executions.toml").write_text(SHORT + EXECUTIONS, encoding="utf-8")
        yield made


def sweep(folder: Path, plan: str, output: str, *arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "bench", "sweep", plan, "-o", output, "--device", "cpu"]
    meter = ["--meter", f"replay:{output}.csv"]
    with (folder / f"{output}.log").open("a", encoding="utf-8") as said:
        return subprocess.Popen(
            [*command, *meter, *arguments], cwd=folder, stdout=said, stderr=said, text=True
        )


def ended(folder: Path, output: str, process: "subprocess.Popen[str]") -> "subprocess.CompletedProcess[str]":
    code = process.wait(LONGEST_WAIT_S)
    said = (folder / f"{output}.log").read_text(encoding="utf-8")
    return subprocess.CompletedProcess(process.args, code, said)


def kill_in_the_third_point(folder: Path, process: "subprocess.Popen[str]") -> tuple[dict[str, object], ...]:
    """The journal at the moment of a kill while the third point is under way."""
    journal = folder / "whole" / "journal-1-of-1.jsonl"
    end_s = time.monotonic() + LONGEST_WAIT_S
    try:
        while time.monotonic() < end_s and process.poll() is None and not third_is_under_way(folder, journal):
            time.sleep(0.02)
    finally:
        process.kill()
        code = process.wait()
    assert code == -signal.SIGKILL, (folder / "whole.log").read_text(encoding="utf-8")
    return read_journal(journal)


def third_is_under_way(folder: Path, journal: Path) -> bool:
    """Whether its process holds the board and loads the model, which takes some seconds."""
    starts = (
        [one["point"] for one in read_journal(journal) if one["record"] == "start"]
        if journal.exists()
        else []
    )
    if len(starts) < STARTED_BEFORE_THE_KILL:
        return False
    log = folder / "whole" / "attempts" / f"{starts[-1]}-1" / "log.txt"
    return log.exists() and "\nloading " in log.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def done(folder: Path) -> Done:
    """One sweep killed and resumed; beside it two shards, one of them through submitit."""
    shards = [
        sweep(folder, "two.toml", "first", "--shard", "1/2"),
        sweep(folder, "two.toml", "second", "--shard", "2/2", "--executor", "submitit-local"),
    ]
    killed = kill_in_the_third_point(folder, sweep(folder, "plan.toml", "whole"))
    finished_before = frozenset(one.hash for _, one in read_results(folder / "whole"))
    (folder / "late.txt").write_text("a red apple\n", encoding="utf-8")
    resumed = ended(folder, "whole", sweep(folder, "plan.toml", "whole", "--retry-failed"))
    for name, process in zip(("first", "second"), shards, strict=True):
        assert ended(folder, name, process).returncode == 0, ended(folder, name, process).stdout
    command = ["sweep", "--merge", "first", "second", "-o", "merged.json", "--profiles", "profiles.json"]
    merged = subprocess.run(
        [sys.executable, "-m", "bench", *command], cwd=folder, capture_output=True, text=True, check=False
    )
    return Done(folder, read_plan(str(folder / "plan.toml")), killed, finished_before, resumed, merged)


def test_the_sweep_was_killed_with_two_points_done_and_one_under_way(done: Done) -> None:
    assert [one["record"] for one in done.killed] == ["start", "end", "start", "end", "start"]
    assert len(done.finished_before) == 2


def test_resumed_it_ends_with_every_point(done: Done) -> None:
    assert done.resumed.returncode == 0, done.resumed.stdout
    assert set(done.results("whole")) == {one.hash for one in done.plan.points}
    assert "2 measured, 1 out of memory, 0 failed, 0 left of 3 points" in done.resumed.stdout


def test_no_point_was_measured_twice(done: Done) -> None:
    measured = Counter(
        one["point"] for one in done.journal if one["record"] == "end" and one["status"] == "measured"
    )
    assert measured == {done.point(UNET): 1, done.point(MMDIT): 1}


def test_only_the_point_under_way_and_the_failed_one_began_twice(done: Done) -> None:
    starts = Counter(one["point"] for one in done.journal if one["record"] == "start")
    under_way = done.killed[-1]["point"]
    assert {name for name, count in starts.items() if count == 2} == {under_way, done.too_large}
    assert max(starts.values()) == 2


def test_a_point_whose_prompts_are_missing_fails_with_its_reason(done: Done) -> None:
    assert done.killed[1] == {"record": "end", "point": done.too_large, "status": "failed"}
    log = (done.folder / "whole.log").read_text(encoding="utf-8")
    (line,) = (one for one in log.splitlines() if one.startswith(f"{done.too_large} failed in"))
    assert "late.txt: cannot be read: No such file or directory; name a text file of prompts" in line


def test_tried_again_it_is_out_of_memory_with_its_reason_and_its_board(done: Done) -> None:
    result = done.results("whole")[done.too_large]
    assert result.status == "out_of_memory"
    assert result.reason is not None
    assert "999424 x 999424, batch 1: cpu is out of memory" in result.reason
    assert result.board == "NVIDIA H100 80GB HBM3"


def test_points_ran_stage_by_stage(done: Done) -> None:
    places = [one.place for one in done.results("whole").values()]
    found = sorted((one.position, one.stage, one.seed) for one in places)
    assert found == [(1, "too large", 11), (2, "models", 11), (3, "models", 11)]


def test_joules_of_a_steady_board_are_its_power_times_the_seconds(done: Done) -> None:
    for result in done.results("whole").values():
        if result.profile is not None:
            energy = result.profile.energy
            assert energy is not None
            assert energy.mean_power_w == pytest.approx(POWER_W, rel=0.01)


def test_every_measured_point_is_of_random_weights_and_without_quality(done: Done) -> None:
    profiles = [one.profile for one in done.results("whole").values() if one.profile is not None]
    kinds = {(one.evidence.kind, one.config.weights, one.quality) for one in profiles}
    assert kinds == {("estimated", "random", ())}, "the board is a recording"
    assert len(profiles) == 2


def test_a_profile_says_that_its_durations_were_changed(done: Done) -> None:
    profile = done.results("whole")[done.point(UNET)].profile
    assert profile is not None
    assert any("window_min_s 0.2 in the place of 10.0" in note for note in profile.notes)


def test_two_shards_measure_each_point_once_between_them(done: Done) -> None:
    first, second = done.results("first"), done.results("second")
    assert len(first) == len(second) == 1
    assert set(first) | set(second) == {done.point(UNET), done.point(MMDIT)}


def test_a_shard_through_submitit_leaves_the_same_kind_of_result(done: Done) -> None:
    (result,) = done.results("second").values()
    assert (result.status, result.place.plan) == ("measured", "miniature")
    assert list((done.folder / "second" / "submitit").glob("*_submitted.pkl"))


def test_the_shards_merge_into_results_and_profiles(done: Done) -> None:
    assert done.merged.returncode == 0, done.merged.stderr
    assert len(read_results(done.folder / "merged.json")) == 2
    profiles = read_profiles(done.folder / "profiles.json")
    assert len({one.id for one in profiles}) == 2


def test_one_point_measured_by_two_sweeps_is_refused_in_a_merge(done: Done) -> None:
    with pytest.raises(Exception, match="two different results of one point"):
        merge([done.folder / "whole", done.folder / "first"])


def test_a_finished_sweep_started_again_measures_nothing(done: Done) -> None:
    before = done.journal
    again = ended(done.folder, "whole", sweep(done.folder, "plan.toml", "whole"))
    assert again.returncode == 0
    assert done.journal == before


def test_how_a_model_is_executed_is_a_factor_of_a_sweep(folder: Path) -> None:
    """Each level in a process of its own, loaded anew; its profile says what was run."""
    swept = ended(folder, "executed", sweep(folder, "executions.toml", "executed"))
    assert swept.returncode == 0, swept.stdout
    profiles = [one.profile for _, one in read_results(folder / "executed") if one.profile is not None]
    said = {tuple(one.config.quantization.items()) for one in profiles}
    assert said == {(), (("transformer", "torchao-int8-weight-only"),)}
    assert len({one.id for one in profiles}) == 2
