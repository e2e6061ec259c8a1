"""Plans of sweeps: what is in them, in which order, what is refused, what is predicted, how results merge."""

import io
import json
import math
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.__main__ import main
from bench.errors import SweepError
from bench.library import library_profiles
from bench.lock import file_lock
from bench.pairs import effect_of
from bench.protocol.tiers import QUICK
from bench.sweep.attempt import attempt, point_lock
from bench.sweep.child import Machine, process_lock
from bench.sweep.form import bundled_plans
from bench.sweep.plan import SweepPlan, block_order, combinations, first_met, meets, read_plan, shard
from bench.sweep.point import describe, not_eager, point_document, point_hash, point_of, read_point
from bench.sweep.predict import (
    PerImage,
    image_of,
    nearest_row,
    of_point,
    prediction_text,
    predictions,
)
from bench.sweep.result import (
    Place,
    Result,
    Status,
    merge,
    read_results,
    result_file,
    usable_result,
    write_merged,
    write_result,
)
from bench.sweep.shard import Shard, Standing
from bench.sweep.submit import parts
from bench.sweep.table import SweepDisplay, standing_rows
from bench.sweep.tier import changes_of, tier_of

HEAD = 'schema_version = 1\nname = "p"\nseed = 7\ntier = "quick"\n'
FACTORS = """
[factors]
model = ["a", "b"]
size = [{ width = 512, height = 512 }, { width = 1024, height = 1024 }]
prompt_length = ["short", "long"]
"""
PLAN = HEAD + "repetitions = 2\n[fixed]\nnum_inference_steps = 4\n" + FACTORS

NAMES = ("width", "height", "num_inference_steps", "batch_size")
factor_tables = st.dictionaries(
    st.sampled_from(NAMES), st.lists(st.integers(1, 50), min_size=1, max_size=4, unique=True), min_size=1
)
hashes = st.lists(st.text("0123456789abcdef", min_size=4, max_size=8), unique=True, max_size=40)


def written(folder: Path, text: str) -> str:
    path = folder / "plan.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def plan(folder: Path, text: str = PLAN, **changes: Any) -> SweepPlan:
    return read_plan(written(folder, text), changes)


def refusal(folder: Path, text: str, **changes: Any) -> str:
    with pytest.raises(SweepError) as caught:
        plan(folder, text, **changes)
    return str(caught.value)


def document(model: str = "a", **settings: Any) -> dict[str, Any]:
    return point_document(point_of({"model": model, **settings}, QUICK, 1))


def result(model: str = "a", status: Status = "out_of_memory", minute: int = 0, **more: Any) -> Result:
    point = document(model)
    fields = {
        "hash": point_hash(point),
        "point": point,
        "place": Place(plan="p", seed=7, stage="all", position=1),
        "status": status,
        "reason": "too large",
        "started_at": datetime(2026, 1, 1, 0, minute, tzinfo=UTC),
        "duration_s": 60.0,
    }
    return Result(**(fields | more))


def folder_of(folder: Path, *results: Result) -> Path:
    folder.mkdir()
    for one in results:
        write_result(folder, one)
    return folder


@given(factor_tables)
def test_a_design_holds_every_combination_exactly_once(table: dict[str, list[int]]) -> None:
    made = list(combinations({name: [{name: level} for level in levels] for name, levels in table.items()}))
    assert len(made) == math.prod(len(levels) for levels in table.values())
    assert len({json.dumps(one, sort_keys=True) for one in made}) == len(made)
    assert all(one[name] in levels for one in made for name, levels in table.items())


@given(hashes, st.integers())
def test_a_block_is_a_permutation_that_its_seed_alone_decides(names: list[str], seed: int) -> None:
    order = block_order(names, seed, "s", 1)
    assert sorted(order) == sorted(names)
    assert order == block_order(names[::-1], seed, "s", 1)


@given(hashes, st.integers(1, 9))
def test_shards_are_a_partition_whose_sizes_differ_by_one_at_most(names: list[str], count: int) -> None:
    pieces = [shard(names, index, count) for index in range(1, count + 1)]
    assert sorted(one for piece in pieces for one in piece) == sorted(names)
    assert max(map(len, pieces)) - min(map(len, pieces)) <= 1


@given(st.dictionaries(st.sampled_from(NAMES), st.integers(1, 50)), st.randoms())
def test_the_hash_of_a_point_is_the_same_in_any_order_of_its_keys(
    settings: dict[str, int], chance: Any
) -> None:
    point = document(**settings)

    def shuffled(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        keys = list(value)
        chance.shuffle(keys)
        return {key: shuffled(value[key]) for key in keys}

    assert point_hash(shuffled(point)) == point_hash(point)


@given(st.dictionaries(st.sampled_from(NAMES), st.integers(1, 50)), st.integers(1, 5))
def test_a_point_survives_its_document(settings: dict[str, int], repetition: int) -> None:
    tier = tier_of("quick", {"window_min_s": 0.25, "warm_up": {"duration_min_s": 1}})
    point = point_of({"model": "a", **settings}, tier, repetition)
    assert read_point(json.loads(json.dumps(point_document(point)))) == point


def test_a_whole_number_and_its_decimal_form_are_one_point() -> None:
    assert point_hash(document(guidance_scale=5)) == point_hash(document(guidance_scale=5.0))


def test_a_default_that_is_written_out_is_the_same_point() -> None:
    assert point_hash(document(width=1024, quantization={})) == point_hash(document())


def test_a_condition_names_one_value_or_several() -> None:
    assert meets({"width": 512, "dtype": "float16"}, {"width": [512, 768]})
    assert not meets({"width": 512}, {"width": 768})
    assert first_met({"width": 512}, [{"width": 768}, {}]) == 1


def test_two_repetitions_of_two_by_two_by_two_levels_are_sixteen_points(tmp_path: Path) -> None:
    points = plan(tmp_path).points
    assert len({one.hash for one in points}) == 16
    assert [one.position for one in points] == list(range(1, 17))


def test_each_block_holds_every_combination_before_the_next_begins(tmp_path: Path) -> None:
    points = plan(tmp_path).points
    assert [one.point.repetition for one in points] == [1] * 8 + [2] * 8
    orders = [[(p.point.settings, p.point.prompt_length) for p in half] for half in (points[:8], points[8:])]
    assert orders[0] != orders[1]


def test_the_same_seed_gives_the_same_order_and_another_seed_another(tmp_path: Path) -> None:
    first = [one.hash for one in plan(tmp_path).points]
    assert [one.hash for one in plan(tmp_path).points] == first
    other = [one.hash for one in plan(tmp_path, seed=8).points]
    assert other != first
    assert sorted(other) == sorted(first)


def test_a_level_added_later_leaves_the_order_of_the_others(tmp_path: Path) -> None:
    before = [one.hash for one in plan(tmp_path).points]
    after = [one.hash for one in plan(tmp_path, PLAN.replace('["a", "b"]', '["c", "a", "b"]')).points]
    assert [one for one in after if one in before] == before


def test_an_exclusion_takes_its_combinations_and_says_how_many(tmp_path: Path) -> None:
    text = PLAN + '[[exclude]]\nreason = "too small"\nwhen = { model = "a", width = 512 }\n'
    found = plan(tmp_path, text)
    assert len(found.points) == 12
    assert found.excluded == (("too small", 2),)


def test_stages_run_in_their_order_and_a_point_belongs_to_the_first_it_meets(tmp_path: Path) -> None:
    stages = '[[stages]]\nname = "large"\nonly = { width = 1024 }\n[[stages]]\nname = "short"\n'
    found = plan(tmp_path, PLAN + stages + 'only = { prompt_length = "short" }\n')
    assert [one.stage for one in found.points] == ["large"] * 8 + ["short"] * 4
    assert found.unstaged == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HEAD, "factors: Field required"),
        (PLAN.replace("seed = 7", ""), "seed: Field required"),
        (PLAN.replace("seed = 7", "sed = 7"), "sed: unknown key; a plan has schema_version, name"),
        (
            PLAN.replace('"quick"', '"fast"'),
            "tier: Input should be 'flash', 'quick', 'standard' or 'publish'",
        ),
        (PLAN.replace("seed = 7", "seed = "), "is not TOML: Invalid value (at line 3"),
        (PLAN.replace("{ width = 512,", "{ widht = 512,"), "factors.size, level 1: 'widht' is no setting"),
        (PLAN.replace("width = 512,", "width = 0,"), "width is 0; it must be 1 or more"),
        (PLAN.replace("width = 512,", 'width = "512",'), "width: Input should be a valid integer, not '512'"),
        (PLAN.replace('["a", "b"]', '["a", "a"]'), "factors.model, level 2: is there twice"),
        (PLAN.replace("num_inference_steps = 4", "width = 4"), "sets width, which fixed sets too"),
        (PLAN.replace('"short", "long"', '"short", "huge"'), "prompt_length: Input should be 'short'"),
        (PLAN + '[[exclude]]\nreason = "r"\nwhen = { width = 3 }\n', "exclude 1: no point meets"),
        (PLAN + '[[stages]]\nname = "s"\nonly = { size = 3 }\n', "stage 's': 'size' is no setting"),
        (PLAN + '[[exclude]]\nreason = "r"\nwhen = {}\n', "no point is left"),
        (PLAN.replace("width = 512,", "guidance_scale = nan, width = 512,"), "a value is not finite"),
        (PLAN.replace("repetitions = 2", "repetitions = 99999"), "factors make 799,992 points"),
        (PLAN + "[durations]\nbudget_s = -1\n", "durations.budget_s is -1.0; it must be more than 0"),
        (PLAN + "[durations]\nwindows_max = 2\n", "windows_max is 2, below windows_min 3"),
        (PLAN + "[durations]\nidle = { duration_s = 3 }\n", "dropped_s must be below duration_s 3"),
        (PLAN + "[durations]\nwindow_s = 3\n", "durations.window_s is unknown; known: window_min_s"),
        (PLAN + "[durations]\nidle = 3\n", "durations.idle must be a table of duration_s, dropped_s"),
    ],
)
def test_a_faulty_plan_is_refused_with_its_file_and_key(tmp_path: Path, text: str, words: str) -> None:
    said = refusal(tmp_path, text)
    assert "plan.toml: " in said
    assert words in said


def test_every_fault_of_the_form_is_told_at_once(tmp_path: Path) -> None:
    text = PLAN.replace("seed = 7", "").replace('"quick"', '"fast"')
    assert len(refusal(tmp_path, text).splitlines()) == 2


def test_an_unknown_plan_is_answered_with_the_bundled_names() -> None:
    with pytest.raises(SweepError, match="hidden-cost, quickstart"):
        read_plan("hidden")


def test_changed_durations_change_the_tier_and_are_said() -> None:
    tier = tier_of("quick", {"windows_max": 4, "idle": {"duration_s": 9}})
    assert (tier.windows_max, tier.idle.duration_s, tier.idle.dropped_s) == (4, 9.0, 4.0)
    assert changes_of(QUICK) is None
    assert changes_of(tier) == (
        "tier quick with changed durations: windows_max 4 in the place of 5, "
        "idle.duration_s 9.0 in the place of 12.0"
    )


def test_hidden_cost_is_seventeen_models_by_three_sizes_four_precisions_and_three_lengths() -> None:
    points = read_plan("hidden-cost").points
    assert len(points) == 17 * 3 * 4 * 3
    assert len({one.point.settings.model for one in points}) == 17
    sizes = {(one.point.settings.width, one.point.settings.height) for one in points}
    assert sizes == {(512, 512), (768, 1024), (1024, 1024)}


def test_hidden_cost_begins_with_what_tells_most() -> None:
    points = read_plan("hidden-cost").points
    stages = Counter(one.stage for one in points)
    assert list(stages.items())[:4] == [
        ("models", 17),
        ("resolutions", 34),
        ("quantization", 51),
        ("prompt length", 34),
    ]
    first = {(p.point.settings.width, p.point.settings.dtype, p.point.prompt_length) for p in points[:17]}
    assert first == {(1024, "bfloat16", "medium")}


def test_quickstart_fits_into_ten_minutes_at_five_seconds_an_image() -> None:
    points = read_plan("quickstart").points
    seconds = sum(of_point(one.point, PerImage(5.0, 1000.0)).duration_s for one in points)
    assert seconds == 4 * (2 * 12.0 + 15.0 + 3 * 15.0)


@pytest.mark.parametrize("name", list(bundled_plans()))
def test_a_bundled_plan_previews_by_its_name(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sweep", name, "--dry-run", "--gpu", "H100 SXM"]) == 0
    lines = capsys.readouterr().out.splitlines()
    points = read_plan(name).points
    assert lines[0].startswith(f"{name}: {len(points)} points, order drawn from seed")
    assert sum(one.hash in line for one, line in zip(points, lines[-len(points) - 1 :], strict=False)) == len(
        points
    )
    assert lines[-1].startswith("predicted: ")


def test_a_preview_of_one_shard_holds_its_part(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sweep", "hidden-cost", "--dry-run", "--shard", "2/4"]) == 0
    assert capsys.readouterr().out.startswith("hidden-cost: 153 points")


def test_the_prediction_of_a_measured_row_is_the_row_itself() -> None:
    row = next(
        one
        for one in library_profiles()
        if one.config.model_id == "stabilityai/stable-diffusion-xl-base-1.0"
        and (one.config.width, one.config.batch_size) == (1024, 1)
        and one.hardware.accelerator == "NVIDIA H100 80GB HBM3"
    )
    settings = {"model": "SDXL", "num_inference_steps": row.config.num_inference_steps}
    point = point_of(settings, QUICK, 1)
    assert row.energy is not None
    assert row.speed is not None
    expected = PerImage(row.speed.seconds_per_image, row.energy.energy_j_per_image)
    assert nearest_row(point, "H100") == expected


def test_half_the_steps_are_predicted_at_half_the_joules() -> None:
    whole, half = (
        nearest_row(point_of({"model": "sdxl", "num_inference_steps": n}, QUICK, 1), "NVIDIA H100")
        for n in (50, 25)
    )
    assert whole is not None
    assert half is not None
    assert half.energy_j == pytest.approx(whole.energy_j / 2)


def test_a_model_that_nobody_measured_is_unknown(tmp_path: Path) -> None:
    points = plan(tmp_path).points
    assert predictions(points, "NVIDIA H100") == [None] * 16


def test_a_quick_point_of_four_second_images_takes_two_idles_a_warm_up_and_three_windows() -> None:
    prediction = of_point(point_of({"model": "a"}, QUICK, 1), PerImage(4.0, 2000.0))
    warm_up_s, window_s = 12.0, 12.0
    assert prediction.duration_s == 2 * 12.0 + warm_up_s + 3 * window_s
    assert prediction.energy_j == 12 * 2000.0


def test_a_result_survives_its_file(tmp_path: Path) -> None:
    write_result(tmp_path, result())
    assert usable_result(tmp_path, result().hash) == result()
    assert [file.name for file in tmp_path.iterdir()] == [f"{result().hash}.json"]


def test_a_torn_result_is_set_aside_and_its_point_is_open_again(tmp_path: Path) -> None:
    path = result_file(tmp_path, result().hash)
    path.write_text('{"schema_version": 1, "ha', encoding="utf-8")
    assert usable_result(tmp_path, result().hash) is None
    assert path.with_suffix(".json.invalid").read_text(encoding="utf-8").endswith('"ha')


@pytest.mark.parametrize("name", ["merged.json", "merged.jsonl"])
def test_two_folders_merge_into_one_file_that_reads_back(tmp_path: Path, name: str) -> None:
    folders = [folder_of(tmp_path / "1", result("a")), folder_of(tmp_path / "2", result("b"))]
    write_merged(tmp_path / name, merge(folders))
    read = [one for _, one in read_results(tmp_path / name)]
    assert sorted(read, key=lambda one: one.hash) == sorted(
        [result("a"), result("b")], key=lambda one: one.hash
    )


def test_a_copy_of_a_result_counts_once(tmp_path: Path) -> None:
    folders = [folder_of(tmp_path / "1", result()), folder_of(tmp_path / "2", result())]
    assert merge(folders) == (result(),)


@pytest.mark.parametrize("order", [("1", "2"), ("2", "1")])
def test_a_result_stands_before_a_failure(tmp_path: Path, order: tuple[str, str]) -> None:
    folder_of(tmp_path / "1", result(status="failed", minute=5))
    folder_of(tmp_path / "2", result())
    assert merge([tmp_path / one for one in order]) == (result(),)


def test_two_different_results_of_one_point_are_refused_with_both_places(tmp_path: Path) -> None:
    folders = [
        folder_of(tmp_path / "1", result(board="H100")),
        folder_of(tmp_path / "2", result(minute=9, board="A100")),
    ]
    with pytest.raises(SweepError) as caught:
        merge(folders)
    said = str(caught.value)
    assert str(result_file(folders[0], result().hash)) in said
    assert str(result_file(folders[1], result().hash)) in said
    assert "two different results of one point (A100 and H100)" in said


def test_one_hash_with_different_settings_is_refused_with_both_places(tmp_path: Path) -> None:
    folders = [folder_of(tmp_path / "1", result()), folder_of(tmp_path / "2", result())]
    path = result_file(folders[1], result().hash)
    changed = json.loads(path.read_text(encoding="utf-8"))
    changed["point"]["settings"]["width"] = 64
    path.write_text(json.dumps(changed), encoding="utf-8")
    with pytest.raises(SweepError, match="hold different settings under one hash") as caught:
        merge(folders)
    assert str(folders[0]) in str(caught.value)
    assert str(folders[1]) in str(caught.value)


def test_a_changed_result_is_refused_even_alone(tmp_path: Path) -> None:
    changed = result(point=document("b"))
    with pytest.raises(SweepError, match="it was changed"):
        merge([folder_of(tmp_path / "1", changed)])


def test_an_existing_file_is_never_merged_over(tmp_path: Path) -> None:
    target = tmp_path / "merged.json"
    target.write_text("mine", encoding="utf-8")
    with pytest.raises(SweepError, match="exists already"):
        write_merged(target, [result()])
    assert target.read_text(encoding="utf-8") == "mine"


def test_jobs_of_a_shard_are_parts_with_journals_of_their_own(tmp_path: Path) -> None:
    whole = Shard("p", 7, plan(tmp_path).points, tmp_path, Machine(), label="1-of-2")
    made = parts(whole, 3)
    assert sorted(one.position for part in made for one in part.points) == list(range(1, 17))
    assert [one.journal.name for one in made] == [f"journal-1-of-2.{k}-of-3.jsonl" for k in (1, 2, 3)]


def test_time_left_is_the_mean_of_measured_points_times_those_left() -> None:
    standing = Standing(5, {"a": result(), "b": result("b")})
    assert standing.left == 3
    assert standing.time_left_s is None
    rows = dict(standing_rows(standing))
    assert (rows["out of memory"], rows["left"], rows["time left"]) == ("2", "3", "unknown")


def test_results_of_two_boards_in_one_folder_are_remarked() -> None:
    standing = Standing(2, {"a": result(board="cpu"), "b": result("b", board="H100")})
    assert standing.remarks() == ["results of 2 boards lie here: H100, cpu; compare each apart"]
    assert Standing(1, {"a": result(board="cpu")}).remarks() == []


def test_off_a_terminal_each_point_that_ended_is_one_line() -> None:
    target = io.StringIO()
    with SweepDisplay(target) as display:
        display.show(Standing(2))
        display.show(Standing(2, {"a": result()}))
        display.show(Standing(2, {"a": result()}))
    lines = target.getvalue().splitlines()
    assert lines[0] == "0 of 2 points have their result, 2 are left"
    assert lines[1:] == [f"{result().hash} out_of_memory in 60 s, a 1024x1024: too large; 1 left, unknown"]


def test_on_a_terminal_there_is_a_table_with_what_runs() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    target = Terminal()
    with SweepDisplay(target) as display:
        display.show(Standing(3, {"a": result()}))
    assert "1 of 3 points" in target.getvalue()


def test_a_point_held_by_another_process_is_left_to_it(tmp_path: Path) -> None:
    with point_lock(tmp_path, "abc") as held:
        assert held
        with point_lock(tmp_path, "abc", wait_s=0.0) as second:
            assert not second
    with point_lock(tmp_path, "abc", wait_s=0.0) as free:
        assert free


def test_a_point_whose_killed_sweep_left_a_process_behind_is_left_to_that(tmp_path: Path) -> None:
    (tmp_path / "attempts").mkdir()
    with file_lock(process_lock(tmp_path, "abc")), point_lock(tmp_path, "abc", wait_s=0.0) as held:
        assert not held


def test_a_point_that_does_not_end_is_stopped_and_recorded(tmp_path: Path) -> None:
    planned = plan(tmp_path).points[0]
    place = Place(plan="p", seed=7, stage="all", position=1)
    with point_lock(tmp_path, planned.hash) as held:
        assert held
        ended = attempt(planned, place, tmp_path, Machine("cpu", "none"), limit_s=0.01)
    assert ended.status == "failed"
    assert ended.reason is not None
    assert ended.reason.startswith("did not end within 0 minutes and was stopped")
    assert usable_result(tmp_path, planned.hash) == ended


def test_the_bundled_plan_of_engines_sets_each_against_eager_execution() -> None:
    points = [one.point for one in read_plan("engines").points]
    by_model = Counter(one.settings.model for one in points)
    assert by_model == {"sdxl": 7, "sd3-medium": 7, "flux-dev": 9}
    eager = [one for one in points if not not_eager(one.settings)]
    assert {one.settings.model for one in eager} == set(by_model)


def test_what_pairs_tell_of_a_change_is_foretold_and_what_they_do_not_tell_is_named() -> None:
    eager, quantized, cached = (
        image_of(point_of({"model": "flux-dev", **changed}, QUICK, 1), "H100")
        for changed in (
            {},
            {"quantization": {"denoiser": "torchao-int8-weight-only"}},
            {"cache": "first-block"},
        )
    )
    assert eager is not None
    assert quantized is not None
    effect = effect_of("quantization", "torchao-int8-weight-only")
    assert effect is not None
    assert quantized.energy_j / eager.energy_j == pytest.approx(effect.energy_ratio)
    assert quantized.unknown == ()
    assert cached == replace(eager, unknown=("cache first-block",))
    foretold = prediction_text(of_point(point_of({"model": "a", "cache": "first-block"}, QUICK, 1), cached))
    assert foretold.endswith(" kJ, without what cache first-block does")


def test_a_point_whose_numbers_a_board_has_no_units_for_is_not_foretold(capsys) -> None:
    """The A100 has SDXL rows in the library, which said 16-bit joules of fp8 points that cannot run there."""
    fp8 = point_of({"model": "sdxl", "quantization": {"denoiser": "torchao-fp8-dynamic"}}, QUICK, 1)
    assert image_of(fp8, "A100 SXM 80GB") is None
    assert image_of(fp8, "H100 SXM") is not None
    assert main(["sweep", "hidden-cost", "--dry-run", "--gpu", "A100 SXM 80GB"]) == 0
    told = capsys.readouterr()
    assert "153 of 612 points are unknown: torchao-fp8-dynamic needs fp8 units" in told.err


def test_a_point_is_described_with_how_it_is_executed() -> None:
    settings = {"model": "a", "compile_mode": "default", "cache": "first-block"}
    words = "bfloat16, batch 1, torch.compile default, cache first-block, medium prompts"
    assert words in describe(point_of(settings, QUICK, 1))


def test_a_point_is_described_with_its_quantization() -> None:
    point = point_of({"model": "a", "quantization": {"denoiser": "bitsandbytes-nf4"}}, QUICK, 2)
    assert (
        describe(point) == "a, 1024x1024, 28 steps, bitsandbytes-nf4, batch 1, medium prompts, repetition 2"
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["a", "b"], "2 plans are named"),
        (["quickstart", "--shard", "3/2"], "write I/N with I from 1 to N"),
        (["quickstart", "--executor", "cloud"], "choose one of local, slurm, submitit-local"),
        (["quickstart", "--executor", "slurm", "--slurm", "gpu"], "write KEY=VALUE"),
        (["quickstart", "--executor", "submitit-local", "--slurm", "gpu=1"], "Unknown argument 'gpu' for"),
        (["quickstart", "--executor", "slurm"], "sbatch is not on this machine"),
        (["quickstart", "--weights", "best"], "weights: Input should be 'trained' or 'random'"),
        (["--merge", "nowhere"], "--merge needs -o"),
        (["--merge", "nowhere", "-o", "merged.json"], "nowhere: holds no results of a sweep"),
    ],
)
def test_a_faulty_command_says_what_to_write(
    arguments: list[str],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["sweep", *arguments]) == 2
    assert words in capsys.readouterr().err
