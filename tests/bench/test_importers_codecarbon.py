"""CodeCarbon's files: as the installed CodeCarbon writes them, and as they were found, version by version."""

import csv
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from bench.importers import Facts, import_profile
from bench.profile import Profile
from tests.bench.test_importers import DATA, figures, refusal, stated

BOARD_W = 300.0
IMAGES = 10

TRACKED = """
import sys, time
from codecarbon import OfflineEmissionsTracker

def tracker(**more):
    return OfflineEmissionsTracker(country_iso_code="JPN", output_dir=sys.argv[1], project_name="sdxl",
        experiment_name="cut", log_level="critical", allow_multiple_runs=True, **more)

whole = tracker(pue=1.2)
whole.start()
for _ in range(2):
    time.sleep(0.3)
    whole.flush()
time.sleep(0.3)
whole.stop()
print(whole.final_emissions_data.duration, whole.final_emissions_data.cpu_energy)
cut = tracker()
for task in ("load", "generate"):
    cut.start_task(task)
    time.sleep(0.3)
    cut.stop_task()
cut.stop()
"""
"""One run that writes its row three times, and one of two tasks."""


@pytest.fixture(scope="module")
def tracked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the installed CodeCarbon wrote on this machine."""
    folder = tmp_path_factory.mktemp("codecarbon")
    done = subprocess.run([sys.executable, "-c", TRACKED, str(folder)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (folder / "total").write_text(done.stdout, encoding="utf-8")
    return folder


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def written(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def with_board(row: dict[str, str]) -> dict[str, str]:
    """The row as a board at 300 W would have made it: CodeCarbon multiplies energies by the PUE."""
    kwh = BOARD_W * float(row["duration"]) * float(row.get("pue", 1.0)) / 3.6e6
    return row | {"gpu_count": "1", "gpu_model": "1 x NVIDIA L40S", "gpu_energy": str(kwh)}


def of_a_board(source: Path, path: Path) -> Path:
    return written(path, [with_board(row) for row in rows_of(source)])


def facts(**more: object) -> Facts:
    return stated(**({"accelerator": None, "measured_on": None, "window": None} | more))


def imported(path: Path, **more: object) -> Profile:
    return import_profile("codecarbon", path, facts(**more))


def refused(path: Path, **more: object) -> str:
    return refusal("codecarbon", path, facts(**more))


# What the installed CodeCarbon writes


def test_flush_writes_the_run_up_to_then_in_a_row_of_its_own(tracked: Path) -> None:
    first = rows_of(tracked / "emissions.csv")[0]["run_id"]
    rows = [row for row in rows_of(tracked / "emissions.csv") if row["run_id"] == first]
    seconds = [float(row["duration"]) for row in rows]
    energies = [float(row["cpu_energy"]) for row in rows]
    assert len(rows) == 3
    assert seconds[0] < seconds[1] < seconds[2]
    assert energies[0] < energies[1] < energies[2]
    total = [float(each) for each in (tracked / "total").read_text(encoding="utf-8").split()[-2:]]
    assert [seconds[2], energies[2]] == pytest.approx(total)


def test_the_last_row_of_a_run_is_the_run(tracked: Path, tmp_path: Path) -> None:
    file = of_a_board(tracked / "emissions.csv", tmp_path / "emissions.csv")
    last = rows_of(file)[2]
    energy, speed = figures(imported(file, window=last["run_id"]))
    assert energy.energy_j_per_image == pytest.approx(BOARD_W * float(last["duration"]) / IMAGES)
    assert speed.seconds_per_image == pytest.approx(float(last["duration"]) / IMAGES)
    assert (energy.windows, energy.energy_stdev_j_per_image) == (1, None)


def test_a_task_is_chosen_by_its_name_and_its_row_is_of_its_own_time(tracked: Path, tmp_path: Path) -> None:
    (tasks,) = tracked.glob("emissions_cut_*.csv")
    file = of_a_board(tasks, tmp_path / "tasks.csv")
    _, generate = rows_of(file)
    profile = imported(file, window="generate")
    assert figures(profile)[0].energy_j_per_image == pytest.approx(
        BOARD_W * float(generate["duration"]) / IMAGES
    )
    assert any("names no PUE" in note for note in profile.notes)
    assert "holds tasks load, generate; state which one (window)" in refused(file)


def test_a_run_that_saw_no_board_is_refused(tracked: Path, tmp_path: Path) -> None:
    bare = [row | {"gpu_model": "", "gpu_energy": "0.0"} for row in rows_of(tracked / "emissions.csv")[:3]]
    assert "CodeCarbon saw no board in run" in refused(written(tmp_path / "emissions.csv", bare))


# Files of versions 2.4 to 3.3


def test_repeats_give_the_board_alone_without_the_pue() -> None:
    profile = imported(DATA / "emissions.csv", measured_on=date(2026, 2, 3))
    energy, speed = figures(profile)
    assert energy.energy_j_per_image == pytest.approx(0.0123 * 3.6e6 / 1.2 / IMAGES)
    assert speed.seconds_per_image == pytest.approx(10.1)
    assert (profile.hardware.accelerator, profile.hardware.accelerator_count) == ("NVIDIA L40S", 1)
    assert (profile.evidence.tool_version, profile.evidence.date) == ("codecarbon 3.3.2", date(2026, 2, 3))


def test_rows_of_one_run_count_once_4320_joules_and_not_3240(tmp_path: Path) -> None:
    energy, speed = figures(imported(DATA / "emissions_flush.csv"))
    assert energy.energy_j_per_image == pytest.approx(4320.0)
    assert speed.seconds_per_image == pytest.approx(10.0)
    upside_down = written(tmp_path / "emissions.csv", rows_of(DATA / "emissions_flush.csv")[::-1])
    assert figures(imported(upside_down))[0].energy_j_per_image == pytest.approx(4320.0)


def test_rows_of_one_run_that_do_not_add_up_are_refused(tmp_path: Path) -> None:
    first, last = rows_of(DATA / "emissions_flush.csv")
    file = written(tmp_path / "emissions.csv", [first, last | {"gpu_energy": "0.005"}])
    assert "gpu_energy of run RUN1 falls while its duration grows" in refused(file)


def test_spaces_around_names_and_cells_are_no_part_of_them() -> None:
    profile = imported(DATA / "emissions_padded.csv")
    energy, speed = figures(profile)
    assert energy.energy_j_per_image == pytest.approx(0.0066481503185159 * 3.6e6 / IMAGES)
    assert speed.seconds_per_image == pytest.approx(10.618328142166138)
    assert (profile.hardware.accelerator, profile.evidence.date) == (
        "Tesla V100-PCIE-32GB",
        date(2024, 5, 30),
    )


def test_a_laptops_board_that_gave_no_reading_is_refused_and_never_a_zero() -> None:
    assert "gpu_energy of run 27d4 is 0: the meter gave nothing" in refused(DATA / "emissions_laptop.csv")


def test_runs_that_are_no_repeats_are_refused_until_one_is_named() -> None:
    file = DATA / "emissions_unlike_runs.csv"
    message = refused(file)
    assert "runs r1, r2, r3 cannot be repeats of one batch: duration from 1.508 to 1,626 s" in message
    energy, speed = figures(imported(file, window="r2"))
    assert energy.energy_j_per_image == pytest.approx(0.0028956320387263 * 3.6e6 / IMAGES)
    assert speed.seconds_per_image == pytest.approx(11.559227157197893)
    assert "has projects codecarbon; runs r1, r2, r3" in refused(file, window="r9")


def test_runs_of_equal_length_and_unequal_energy_are_no_repeats(tmp_path: Path) -> None:
    first, last = rows_of(DATA / "emissions.csv")
    file = written(tmp_path / "emissions.csv", [first, last | {"gpu_energy": "0.007"}])
    assert "gpu_energy from 2.1e+04 to 3.6e+04 J" in refused(file)


def test_a_run_in_which_the_board_drew_next_to_nothing_is_refused() -> None:
    message = refused(DATA / "emissions_unlike_runs.csv", window="r1")
    assert "2.524 W a board on average is 0.6% of the 450 W limit of NVIDIA GeForce RTX 4090" in message


def test_a_day_chooses_among_runs_of_several_days(tmp_path: Path) -> None:
    first, last = rows_of(DATA / "emissions.csv")
    later = last | {"timestamp": "2026-03-01T08:00:00"}
    file = written(tmp_path / "emissions.csv", [first, later])
    profile = imported(file, measured_on=date(2026, 3, 1))
    assert figures(profile)[0].energy_j_per_image == pytest.approx(0.0126 * 3.6e6 / 1.2 / IMAGES)
    assert "holds no run of 2026-03-02; its days are 2026-02-03, 2026-03-01" in refused(
        file, measured_on=date(2026, 3, 2)
    )


def test_a_sum_over_eight_boards_of_which_one_worked_is_refused_whatever_is_stated() -> None:
    file = DATA / "emissions_8_boards.csv"
    assert "does not say which of '8 x NVIDIA H100 80GB HBM3' those were" in refused(file)
    assert "900 W a board on average is above the 700 W limit" in refused(file, accelerator_count=1)
    assert "112.5 W a board on average is 16.1% of the 700 W limit" in refused(file, accelerator_count=8)
    assert "accelerator_count is 9 as stated, and the machine has '8 x" in refused(file, accelerator_count=9)


def test_tracked_boards_that_all_worked_are_taken_by_their_number(tmp_path: Path) -> None:
    (row,) = rows_of(DATA / "emissions_8_boards.csv")
    file = written(tmp_path / "emissions.csv", [row])
    profile = imported(file, accelerator_count=2)
    energy, _ = figures(profile)
    assert energy.energy_j_per_image == pytest.approx(0.025 * 3.6e6 / IMAGES)
    assert profile.hardware.accelerator_count == 2
    assert any(
        "that gpu_energy is of 2, and all of these worked, was stated" in note for note in profile.notes
    )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"gpu_model": ""}, "gpu_model is empty: CodeCarbon saw no board"),
        ({"gpu_model": "1 x NVIDIA L41 x Tesla T4"}, "names several kinds of boards"),
        ({"gpu_energy": "12.0"}, "4.32e+05 W a board on average is above the 350 W limit of NVIDIA L40S"),
        ({"gpu_energy": "much"}, "gpu_energy of run RUN1: 'much' is no number"),
        ({"gpu_energy": ""}, "gpu_energy of run RUN1: '' is no number"),
        ({"gpu_energy": "nan"}, "gpu_energy of run RUN1 is nan"),
        ({"gpu_energy": "inf"}, "gpu_energy of run RUN1 is inf"),
        ({"duration": "long"}, "duration of run RUN1: 'long' is no number"),
        ({"pue": "0"}, "pue is 0"),
    ],
)
def test_a_row_that_cannot_be_is_refused(tmp_path: Path, changes: dict[str, str], sentence: str) -> None:
    last = rows_of(DATA / "emissions_flush.csv")[-1]
    assert sentence in refused(written(tmp_path / "emissions.csv", [last | changes]))


def test_a_limit_that_was_raised_is_stated() -> None:
    profile = imported(DATA / "emissions_flush.csv", power_limit_w=450.0)
    assert profile.hardware.power_limit_w == 450.0
    assert not any("is above" in note for note in profile.notes)


def test_power_a_little_above_the_limit_is_remarked_on() -> None:
    notes = imported(DATA / "emissions_flush.csv").notes
    assert any("432 W a board on average is above the 350 W limit of NVIDIA L40S" in note for note in notes)


def test_a_row_whose_cells_were_shifted_is_refused(tmp_path: Path) -> None:
    text = (DATA / "emissions_flush.csv").read_text(encoding="utf-8").splitlines()
    text[2] = text[2].replace(",,,,", ",", 1)
    file = tmp_path / "emissions.csv"
    file.write_text("\n".join(text) + "\n", encoding="utf-8")
    assert "row 2 has 35 cells under 38 columns" in refused(file)
