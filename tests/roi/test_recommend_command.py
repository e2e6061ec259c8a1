"""`python -m roi recommend` on the published figures: answers, refusals, documents."""

import json
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.library import profile_named
from bench.profile import Profile, profile_document
from roi.__main__ import main
from roi.scenario.load import load_scenario
from tests.roi.small_case import OWN, TEXT, profile

COCO = "fid/coco2014-10k"
SDXL = "stabilityai/stable-diffusion-xl-base-1.0"


@pytest.fixture
def run(capfd, monkeypatch):
    """Runs a command; gives exit status, what stood on stdout and on stderr, banners of the solver included."""

    monkeypatch.delenv("COLUMNS", raising=False)

    def command(*arguments):
        status = main([str(argument) for argument in arguments])
        printed = capfd.readouterr()
        return status, printed.out, printed.err

    return command


@pytest.fixture
def answer(run):
    """The JSON document of a recommendation; the whole of stdout must be it."""

    def document(*arguments, status=0):
        ended, out, _ = run("recommend", *arguments, "--json")
        assert ended == status
        return json.loads(out)

    return document


def rejected(document, part):
    return [row for row in document["rejected"] if part in row["profile_id"]]


def write(path: Path, profile) -> Path:
    path.write_text(json.dumps(profile_document(profile)), encoding="utf-8")
    return path


def sdxl(**changes):
    """SDXL base as this user measured it, without a figure of its own."""
    config = profile().config.model_dump(mode="json") | {
        "model_id": SDXL,
        "model_name": "SDXL base, ours",
        "backbone": "unet",
        "num_inference_steps": 25,
        "model_licence": None,
    }
    return profile("ours", config=config, quality=[], **changes)


def test_a_bar_of_twenty_on_mjhq_excludes_nothing_and_says_so(answer, run):
    document = answer("--fid-max", 20)
    assert (document["status"], document["verified"]) == ("optimal", True)
    assert document["choice"]["fid_reference"] == "fid/mjhq-30k"
    assert document["quality_bar_excluded"] == {"product-pictures": 0}
    _, page, note = run("recommend", "--fid-max", 20)
    assert "it proves nothing about quality here" in page
    assert "bundled demonstration" in note


def test_components_add_up_to_the_total(answer):
    choice = answer()["choice"]
    total = math.fsum(choice["cost_components"].values())
    assert total == pytest.approx(choice["cost_per_accepted_image"], rel=1e-9)
    assert choice["cost_per_month"] == pytest.approx(total * 20_000, rel=1e-9)


def test_on_coco_sdxl_base_passes_with_its_published_figure(answer):
    choice = answer("--fid-max", 20, "--reference", COCO)["choice"]
    assert (choice["model_id"], choice["fid"], choice["fid_match"]) == (SDXL, 19.36, "near")


def test_on_coco_every_row_of_sdxl_turbo_is_out_by_its_match(answer):
    turbo = rejected(answer("--fid-max", 20, "--reference", COCO), "sdxl-turbo")
    assert len(turbo) == 26
    assert {row["reason"] for row in turbo} == {"quality match far"}
    assert "23.19" in turbo[0]["detail"]
    assert all("FID above the bar" in row["also"] for row in turbo)


def test_a_match_that_is_accepted_leaves_the_bar_to_decide(answer):
    turbo = rejected(answer("--fid-max", 20, "--reference", COCO, "--accept-match", "far"), "sdxl-turbo")
    assert {row["reason"] for row in turbo} == {"FID above the bar"}
    assert "FID 23.19" in turbo[0]["detail"]


def test_accepting_a_match_widens_the_scenarios_list(answer):
    def on_sd3(*arguments):
        return {row["reason"] for row in rejected(answer(*arguments), "sd-3.5-medium")}

    assert "quality match other_version" in on_sd3()
    assert "quality match other_version" not in on_sd3("--accept-match", "other_version")
    assert answer("--accept-match", "exact")["choice"] == answer()["choice"]


def test_a_bar_of_6_2_leaves_pixart_sigma(answer):
    document = answer("--fid-max", 6.2)
    assert (document["choice"]["model"], document["choice"]["fid"]) == ("PixArt-Σ", 6.15)
    assert document["quality_bar_excluded"]["product-pictures"] == 36


def test_a_bar_of_one_ends_with_1_and_the_figure_to_which_it_would_have_to_move(answer, run):
    document = answer("--fid-max", 1, status=1)
    assert (document["status"], document["choice"], document["binding"]) == ("infeasible", None, ["fid_max"])
    assert document["relaxations"][0]["changes"] == [{"rule": "fid_max", "limit": 1.0, "needed": 6.15}]
    status, page, _ = run("recommend", "--fid-max", 1)
    assert status == 1
    assert "quality bar (FID at most): 1 -> 6.15" in " ".join(page.split())


def test_the_board_asked_for_is_kept_by_every_spelling(answer):
    choices = [answer("--gpu", name)["choice"] for name in ("B200", "nvidia b200", "b200-sxm")]
    assert [choice["gpu"] for choice in choices] == ["B200 SXM"] * 3


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--latency-max", 20), "too slow"),
        (("--min-pixels", 1024 * 1024 + 1), "image too small"),
        (("--gpu", "B200"), "not the board asked for"),
        (("--carbon-max", 0.001), "carbon not disclosed"),
    ],
)
def test_each_wish_rejects_by_its_own_reason(run, arguments, reason):
    _, out, _ = run("recommend", *arguments, "--json")
    rows = json.loads(out)["rejected"]
    assert any(reason in (row["reason"], *row["also"]) for row in rows)


def test_a_limit_on_the_wait_is_kept_by_the_choice(answer):
    assert answer("--latency-max", 10)["choice"]["p95_latency_s"] <= 10


def test_the_country_moves_the_site_and_nothing_that_is_rented(answer):
    """What stands in France emits less: the owned server's price and carbon follow the country."""
    figures = {row["name"]: row for row in answer("--country", "FRA")["assumptions"]}
    assert figures["site.electricity_price"]["unit"] == "EUR/kWh"
    assert figures["site.grid_intensity"]["value"] < 0.1
    home = {row["name"]: row for row in answer()["assumptions"]}
    assert figures["supplies[0].grid_intensity"] == home["supplies[0].grid_intensity"]


def test_every_figure_behind_the_answer_has_a_source_and_placeholders_are_marked(answer):
    figures = answer()["assumptions"]
    assert all(row["source"] for row in figures)
    assert sum(row["placeholder"] for row in figures) == 27


def test_apis_stand_beside_the_choice_with_the_reason_that_keeps_them_out(answer):
    apis = {row["supply"]: row for row in answer()["apis"]}
    assert len(apis) == 5
    assert apis["FLUX schnell API"]["reasons"] == ["licence unknown"]
    assert apis["FLUX schnell API"]["price_per_image"] == pytest.approx(0.003 * 150, rel=1e-12)
    assert apis["gpt-image-2 medium"]["reasons"][0] == "no FID on fid/mjhq-30k"


def test_two_runs_differ_in_the_solvers_seconds_alone(answer):
    first, second = answer("--lang", "ja"), answer("--lang", "ja")
    assert first["solver"].pop("seconds") >= 0
    del second["solver"]["seconds"]
    assert first == second


def test_the_seed_of_hashes_changes_nothing():
    printed = []
    for seed in ("0", "1"):
        done = subprocess.run(
            [sys.executable, "-m", "roi", "recommend", "--fid-max", "20", "--json"],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[2])},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=True,
        )
        document = json.loads(done.stdout)
        del document["solver"]["seconds"]
        printed.append(json.dumps(document))
    assert printed[0] == printed[1]


def test_a_new_scenario_file_runs_unedited_and_gives_the_demonstrations_answer(run, answer, tmp_path):
    path = tmp_path / "new.yaml"
    assert run("scenario", "--new", path)[0] == 0
    assert answer("--scenario", path)["choice"] == answer()["choice"]
    status, out, _ = run("check", path, "--json")
    assert (status, json.loads(out)["valid"]) == (0, True)


def test_why_not_names_the_gate_the_gap_and_the_choice(run):
    turbo = "mlenergy-v2-h100-sdxl-turbo-512-s25-b1"
    status, lines, _ = run("recommend", "--reference", COCO, "--explain", turbo)
    assert status == 0
    assert "left out: quality match far: its FID 23.19" in lines
    assert "also: FID above the bar" in lines
    _, lines, _ = run("recommend", "--explain", "mlenergy-v2-h100-sdxl-base-1024-s25-b4")
    assert "passes every gate; costs JPY" in lines
    assert "it would be the choice if its pictures passed" in lines
    _, lines, _ = run("recommend", "--explain", "mlenergy-v3-h100-pixart-sigma-1024-s20-b4")
    assert "It is the choice." in lines
    _, lines, _ = run("recommend", "--explain", "api:FLUX schnell API")
    assert "licence unknown" in lines


def test_a_measured_profile_inherits_its_models_figure_and_may_win(answer, tmp_path):
    """One machine on all year serves with any of them; ours draws 30 J an image, less than the published rows."""
    joules = {"energy_j_per_image": 30.0, "boundary": "gpu"}
    file = write(tmp_path / "ours.json", sdxl(speed__seconds_per_image=0.2, energy=joules))
    choice = answer("--profiles", file)["choice"]
    assert (choice["profile_id"], choice["fid"], choice["evidence"]["kind"]) == ("ours", 6.63, "measured")
    assert choice["fid_match"] == "unstated"


def test_an_estimate_of_processor_and_memory_beside_a_profile_is_no_part_of_a_decision(answer, tmp_path):
    figures = {
        "speed__seconds_per_image": 0.2,
        "energy": {"energy_j_per_image": 30.0, "boundary": "gpu"},
    }
    host = {
        "processor_power_w": 400.0,
        "memory_power_w": 100.0,
        "energy_j_per_image": 500.0 * 0.2,
        "method": "processor by load; memory by modules",
        "tool_version": "codecarbon 3.3.2",
    }
    (tmp_path / "with").mkdir()
    plain = answer("--profiles", write(tmp_path / "ours.json", sdxl(**figures)))
    estimated = answer(
        "--profiles", write(tmp_path / "with" / "ours.json", sdxl(**figures, host_estimate=host))
    )
    assert plain["choice"]["profile_id"] == "ours"
    for part in ("choice", "alternatives", "rejected", "assumptions"):
        assert estimated[part] == plain[part]


def test_a_recommendation_is_made_where_codecarbon_cannot_be_imported():
    code = (
        "import sys; sys.modules['codecarbon'] = None; from roi.__main__ import main; "
        "sys.exit(main(['recommend', '--fid-max', '20']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8")
    assert (done.returncode, "Recommended" in done.stdout) == (0, True), done.stderr


def test_a_recommendation_loads_nothing_that_it_does_not_need():
    others = (
        "bench.blueprints",
        "numpy.ma",
        "pulp",
        "rich._emoji_codes",
        "roi.commands.plan",
        "roi.disclosure",
        "roi.fleet.diagnosis",
        "roi.fleet.sifting",
        "roi.planning.decide_plan",
    )
    code = (
        "import sys; from roi.__main__ import main; main(['recommend', '--fid-max', '20']); "
        f"sys.exit(', '.join(sorted({{*{others!r}}} & {{*sys.modules}})) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr


def one_step_sdxl():
    """The bundled row of SDXL base at one step, one denoiser call and a 25th of its joules and seconds."""
    row = profile_named("mlenergy-v2-h100-sdxl-base-1024-s25-b1")
    document = profile_document(row) | {"id": "one-step", "quality": []}
    document["config"] |= {"num_inference_steps": 1, "denoiser_calls": 1}
    document["energy"] |= {"energy_j_per_image": row.energy.energy_j_per_image / 25}
    seconds = row.speed.seconds_per_image / 25
    document["speed"] = {"seconds_per_image": seconds, "mean_batch_latency_s": seconds}
    return Profile.model_validate_json(json.dumps(document))


def test_sdxl_at_one_denoiser_call_has_no_claim_on_the_figure_of_the_intended_hundred(answer, tmp_path):
    """FID 6.63 would pass the bar of 7 at a 25th of the joules."""
    file = write(tmp_path / "one-step.json", one_step_sdxl())
    document = answer("--profiles", file, "--fid-max", 7)
    rows = rejected(document, "one-step")
    assert document["choice"]["profile_id"] == answer("--fid-max", 7)["choice"]["profile_id"]
    assert {row["reason"] for row in rows} == {"quality match far"}
    assert len(rows) == 3
    assert (
        "1 denoiser call against the 100 denoiser calls that Stable Diffusion XL Base 1.0"
        in rows[0]["detail"]
    )


def test_the_match_note_of_the_choice_says_what_was_taken_for_what_is_silent(answer):
    choice = answer()["choice"]
    assert (choice["model"], choice["fid_match"]) == ("PixArt-Σ", "unstated")
    assert choice["fid_match_note"] == (
        "the source does not state its denoiser calls, taken as the 40 denoiser calls that PixArt-Σ is meant for, "
        "beside 40 denoiser calls (20 steps x 2, not stated); "
        "the source does not mention quantization, taken as none"
    )


def test_a_measured_profile_without_joules_is_left_out_by_that_name(answer, tmp_path):
    file = write(tmp_path / "ours.json", sdxl(energy=None))
    rows = rejected(answer("--profiles", file), "ours")
    assert {row["reason"] for row in rows} == {"no energy figure"}
    assert len(rows) == 3


def test_a_profile_on_a_board_nobody_offers_prints_lines_that_complete_the_scenario(run, tmp_path):
    file = write(tmp_path / "ours.json", sdxl(hardware__accelerator="NVIDIA GeForce RTX 4090"))
    status, out, err = run("recommend", "--profiles", file, "--json")
    assert status == 0
    assert rejected(json.loads(out), "ours")[0]["reason"] == "no supply for this board"
    assert "ours is of NVIDIA GeForce RTX 4090" in err
    lines = err[err.index("  - name: my-rtx-4090") :]
    for field, value in (("vendor", "Us"), ("price_per_h", 60), ("utilization_fraction", 0.3)):
        lines = lines.replace(f"{field}: ...", f"{field}: {value}")
    lines = lines.replace("country: ...", "country: JPN").replace("pue: ...", "pue: 1.4")
    lines = lines.replace("idle_power_w_per_gpu: ...", "idle_power_w_per_gpu: 20")
    completed = tmp_path / "completed.yaml"
    completed.write_text(TEXT + lines, encoding="utf-8")
    assert load_scenario(completed).supplies[1].board == "RTX 4090"
    _, out, err = run("recommend", "--scenario", completed, "--profiles", file, "--json")
    assert "my-rtx-4090" not in err
    assert [row["reason"] for row in rejected(json.loads(out), "ours")] == []


def test_several_workloads_need_a_name(run, answer, tmp_path):
    second = TEXT[TEXT.index("  - name: pictures") : TEXT.index("supplies:")].replace("pictures", "banners")
    both = tmp_path / "both.yaml"
    both.write_text(TEXT.replace("supplies:\n", second + "supplies:\n"), encoding="utf-8")
    status, out, err = run("recommend", "--scenario", both)
    assert (status, out) == (2, "")
    assert "choose one with --workload, of 'pictures', 'banners'" in err
    assert answer("--scenario", both, "--workload", "banners")["choice"]["workload"] == "banners"


def test_an_owned_server_at_a_country_without_a_price_is_named(run, tmp_path):
    owned = tmp_path / "owned.yaml"
    document = TEXT + f"  - {json.dumps(OWN)}\n"
    owned.write_text(document, encoding="utf-8")
    status, _, err = run("recommend", "--scenario", owned, "--country", "NOR")
    assert status == 2
    assert "no electricity price for NOR, which own supply 'owned' needs" in err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--fid-max", "nan"), "--fid-max: nan is no number; write one"),
        (("--fid-max", "-1"), "--fid-max: must be greater than 0 (found -1)"),
        (("--fid-max", "twenty"), "Invalid value for '--fid-max'"),
        (("--min-pixels", 0), "--min-pixels: must be at least 1 (found 0)"),
        (("--latency-max", 0), "--latency-max: must be greater than 0 (found 0)"),
        (("--carbon-max", "-1"), "--carbon-max: must be at least 0 (found -1)"),
        (("--reference", "fid/coco"), "known: fid/coco2014-10k"),
        (("--reference", "clip/mjhq-30k"), "is of clip_score, and the bar is an FID"),
        (("--gpu", "A100"), "nearest: A100 SXM 40GB"),
        (("--gpu", "H10O"), "--gpu 'H10O' is unknown"),
        (("--country", "JAP"), "nearest: JPN (Japan)"),
        (("--accept-match", "loose"), "matches are exact, near, unstated, far, other_version"),
        (("--workload", "posters"), "it has 'product-pictures'"),
        (("--explain", "nobody"), "no such profile or API"),
        (("--lang", "fr"), "use one of en, ja"),
        (("--scenario", "absent.yaml"), "absent.yaml: no such file"),
        (("--profiles", "absent.json"), "absent.json: no such file"),
        (("--nonsense",), "No such option"),
    ],
)
def test_bad_input_ends_with_2_and_a_sentence(run, arguments, sentence):
    status, out, err = run("recommend", *arguments)
    assert (status, out) == (2, "")
    assert sentence in err
    assert "Traceback" not in err


def test_a_profile_of_a_newer_version_is_refused(run, tmp_path):
    document = profile_document(profile()) | {"schema_version": 2}
    file = tmp_path / "newer.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    status, out, err = run("recommend", "--profiles", file)
    assert (status, out) == (2, "")
    assert "newer than the version 1 that this program reads" in err


def test_two_profiles_of_one_id_are_refused_with_both_places(run, tmp_path):
    files = [write(tmp_path / f"{name}.json", profile()) for name in "ab"]
    status, _, err = run("recommend", "--profiles", files[0], "--profiles", files[1])
    assert status == 2
    assert "a.json" in err
    assert "b.json" in err
