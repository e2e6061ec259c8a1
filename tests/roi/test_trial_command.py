"""The commands of a trial, from the question whether it is worth it to the decision that it changes."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from roi.__main__ import main
from roi.resources import template_path
from roi.scenario.load import load_scenario
from roi.trial.assign import assigned
from roi.trial.desk import read_desk
from roi.trial.pictures import Key
from roi.trial.trial_file import write_trial
from roi.trial.votes import add_votes
from tests.roi.trial_cases import HUNYUAN, PIXART, SD3, folders, laid, trial, votes_by

ARMS = "PixArt-Sigma XL 2 1024,SD3-medium"


def demonstration(place: Path, *changes: tuple[str, str]) -> Path:
    """The bundled scenario as a file, with texts replaced."""
    text = template_path("demonstration.yaml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    file = place / "mine.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_trial_that_is_worth_its_cost_is_written_with_its_size_and_rule(tmp_path, capsys):
    file = demonstration(tmp_path)
    status = main(["trial", "new", str(file), "--arms", ARMS, "-o", str(tmp_path / "autumn.yaml")])
    said = capsys.readouterr().out
    assert status == 0
    assert re.search(r"Worth it: with \d+ prompts the better decision brings JPY .* on average \(from ", said)
    assert "PixArt-Σ and Stable Diffusion 3 Medium cost the same at the same acceptance" in said
    assert "A difference of 10 points is found in four of five trials with" in said
    assert "Stopping rule: read it whenever you like" in said


def test_a_trial_that_is_not_worth_its_cost_says_so_and_ends_with_1(tmp_path, capsys):
    """Five pictures a month, and an acceptance that is known to a point: looking costs more than it can save."""
    file = demonstration(
        tmp_path,
        (
            "      value: 20000\n      low: 10000\n      high: 40000",
            "      value: 5\n      low: 4\n      high: 6",
        ),
        ("        low: 0.15\n        high: 0.85", "        low: 0.49\n        high: 0.51"),
    )
    status = main(["trial", "new", str(file), "--arms", ARMS, "-o", str(tmp_path / "t.yaml"), "--lang", "ja"])
    assert (status, "費用に見合いません" in capsys.readouterr().out) == (1, True)
    assert (tmp_path / "t.yaml").is_file()


@pytest.mark.parametrize(
    ("arms", "sentence"),
    [
        ("PixArt-Sigma XL 2 1024,PixArt-Σ", "is the model of another arm"),
        ("PixArt-Sigma XL 2 1024", "name two models at least"),
        ("PixArt-Sigma XL 2 1024,nobody", "no supply of workload 'product-pictures' makes it"),
        ("PixArt-Sigma XL 2 1024,SDXL Turbo", "meets no limit of workload"),
    ],
)
def test_arms_that_cannot_be_compared_are_refused(tmp_path, capsys, arms, sentence):
    file = demonstration(tmp_path)
    status = main(["trial", "new", str(file), "--arms", arms, "-o", str(tmp_path / "t.yaml")])
    assert (status, sentence in capsys.readouterr().err) == (2, True)
    assert not (tmp_path / "t.yaml").exists()


def test_without_a_range_of_acceptance_nobody_can_say_what_a_trial_is_worth(tmp_path, capsys):
    file = demonstration(tmp_path, ("        low: 0.15\n        high: 0.85\n", ""))
    status = main(["trial", "new", str(file), "--arms", ARMS, "-o", str(tmp_path / "t.yaml")])
    assert (status, "states no low and high" in capsys.readouterr().err) == (2, True)


def test_pictures_prints_the_hash_of_the_key_alone_on_standard_output(tmp_path, capsys):
    given = trial()
    write_trial(given, tmp_path / "trial.yaml", [])
    made = folders(tmp_path / "made", given.arms, 30)
    sources = [part for arm, place in made.items() for part in ("--from", f"{arm}={place}")]
    places = ["-o", str(tmp_path / "desk"), "--key", str(tmp_path / "key.json")]
    assert main(["trial", "pictures", str(tmp_path / "trial.yaml"), *sources, *places]) == 0
    key = Key.model_validate_json((tmp_path / "key.json").read_text(encoding="utf-8"))
    assert capsys.readouterr().out == f"sha256 of the sealed key: {key.sha256()}\n"


def judged(place: Path, **rules: object) -> list[str]:
    """Options of `trial read` for a desk that three reviewers have judged: SD3 passes more often than PixArt."""
    given = trial(reviewers=3, prompts=60, **rules)
    write_trial(given, place / "trial.yaml", [])
    desk, key, found = laid(place, given)

    def often(arm: str, prompt: int) -> bool:
        return prompt % 10 < (8 if arm == SD3 else 3)

    for name in ("anna", "ben", "chie"):
        add_votes(desk, read_desk(desk), votes_by(found.desk, found.key, name, often))
    return [str(place / "trial.yaml"), "--desk", str(desk), "--key", str(key)]


def test_a_trial_changes_the_decision_and_says_what_that_saves_a_year(tmp_path, capsys):
    file, options = demonstration(tmp_path), judged(tmp_path)
    output = tmp_path / "after.yaml"
    status = main(["trial", "read", *options, "--scenario", str(file), "-o", str(output), "--json"])
    document = json.loads(capsys.readouterr().out)
    assert status == 0
    assert [round(arm["acceptance"], 10) for arm in document["arms"]] == [0.3, 0.8]
    [difference] = document["differences"]
    assert (round(difference["difference"], 10), difference["verdict"]) == (0.5, "better")
    decision = document["decision"]
    assert decision["changes"]
    assert "sigma" in decision["before"]
    assert "sd-3-medium" in decision["after"]
    apart = decision["kept_cost_per_accepted_image"] - decision["cost_per_accepted_image"]
    assert decision["saved_per_year"] == pytest.approx(apart * 20_000 * 12)
    assert apart > 10
    low, high = decision["saved_per_year_p5_p95"]
    assert low < decision["saved_per_year"] < high
    assert decision["saves_probability"] > 0.95


def test_the_new_scenario_holds_what_was_measured_with_n_and_interval_and_keeps_its_comments(
    tmp_path, capsys
):
    file, options = demonstration(tmp_path), judged(tmp_path)
    output = tmp_path / "after.yaml"
    assert main(["trial", "read", *options, "--scenario", str(file), "-o", str(output)]) == 0
    said = capsys.readouterr().out
    assert "The decision changes: from PixArt-Σ" in said
    assert "Over the ranges of all figures, measured acceptance among them: JPY " in said
    [workload] = load_scenario(output).workloads
    mean = workload.acceptance_of(SD3).mean
    assert (mean.value, mean.placeholder, mean.confidence) == (0.8, False, "medium")
    assert mean.low < 0.8 < mean.high
    assert mean.source == "trial autumn: n = 180 votes on 60 prompts, 3 reviewers, 95 % interval"
    seconds = workload.review.seconds_per_image
    assert 4.0 < seconds.value < 6.0
    assert "time of a look, trial autumn: n = 360 votes on 60 prompts" in seconds.source
    assert workload.review.seconds_per_attempt.value == 3
    assert workload.acceptance_of(HUNYUAN).mean.value == 0.5
    assert "# share of single pictures that a reviewer accepts" in output.read_text(encoding="utf-8")


def test_a_reading_without_a_scenario_says_nothing_of_money(tmp_path, capsys):
    assert main(["trial", "read", *judged(tmp_path), "--lang", "ja"]) == 0
    said = capsys.readouterr().out
    assert "終了規則: 終了してください。" in said
    assert "JPY" not in said


def test_pairs_are_read_as_shares_of_preference(tmp_path, capsys):
    given = trial(design="pairs", repeats_fraction=0.1, prompts=40)
    write_trial(given, tmp_path / "trial.yaml", [])
    desk, key, found = laid(tmp_path, given)
    votes = []
    for reviewer in ("anna", "ben"):
        for number, vote in enumerate(votes_by(found.desk, found.key, reviewer, lambda *_: True)):
            better = "left" if found.key.arm_of[vote.pictures[0]] == SD3 else "right"
            verdict = "tie" if number % 4 == 0 else better
            votes.append(vote.model_copy(update={"verdict": verdict}))
    add_votes(desk, found.desk, votes)
    options = [str(tmp_path / "trial.yaml"), "--desk", str(desk), "--key", str(key)]
    assert main(["trial", "read", *options, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["arms"] == []
    assert document["strengths"][1]["arm"] == SD3
    first = [vote for vote in votes if not vote.repeat]
    won = sum(0.5 if vote.verdict == "tie" else 1.0 for vote in first) / len(first)
    assert document["strengths"][1]["preferred"] == pytest.approx(won, abs=1e-6)


def test_an_arm_that_was_hardly_shown_breaks_the_trial_and_no_difference_is_read(tmp_path, capsys):
    given = trial(prompts=60)
    write_trial(given, tmp_path / "trial.yaml", [])
    desk, key, found = laid(tmp_path, given)
    votes = votes_by(found.desk, found.key, "anna", lambda *_: True)
    shown = [vote for vote in votes if found.key.arm_of[vote.pictures[0]] == SD3 or vote.pictures[0] < "4"]
    add_votes(desk, found.desk, shown)
    options = [str(tmp_path / "trial.yaml"), "--desk", str(desk), "--key", str(key)]
    assert main(["trial", "read", *options]) == 0
    said = capsys.readouterr().out
    assert "BROKEN: the arms were not shown as planned" in said
    assert "points" not in said


@pytest.mark.parametrize(
    ("request_id", "arm"),
    [("order-1", PIXART), ("order-2", PIXART), ("order-3", SD3), ("注文-4", SD3)],
)
def test_the_arm_of_a_request_is_the_documented_hash(request_id, arm):
    """By `printf autumn:REQUEST | sha256sum`: 6de4..., 18ec..., bd9d..., c075...; below 8 is the first half."""
    assert assigned("autumn", request_id, {PIXART: 1, SD3: 1}) == arm


def test_weights_are_the_shares_of_requests():
    arms = {PIXART: 0.9, SD3: 0.1}
    found = [assigned("autumn", f"order-{number}", arms) for number in range(4000)]
    assert found.count(SD3) / 4000 == pytest.approx(0.1, abs=0.015)


def production(place: Path, swap: int = 0) -> Path:
    """A log of 400 requests, served as assigned but for the first `swap` of them."""
    lines = ["request_id,attempt,accepted,model,review_seconds"]
    for number in range(400):
        arm = assigned("autumn", f"r{number}", {PIXART: 1, SD3: 1})
        served = (SD3 if arm == PIXART else PIXART) if number < swap else arm
        passed = number % 10 < (8 if served == SD3 else 3)
        lines.append(f"r{number},1,{int(passed)},{served},4")
        if not passed:
            lines.append(f"r{number},2,1,{served},4")
    file = place / "log.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def test_a_log_of_production_reads_as_a_trial(tmp_path, capsys):
    write_trial(trial(prompts=200), tmp_path / "trial.yaml", [])
    log = production(tmp_path)
    assert main(["trial", "read", str(tmp_path / "trial.yaml"), "--log", str(log), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["votes"] == 400
    assert document["misassigned"] == 0
    [difference] = document["differences"]
    assert difference["verdict"] == "better"
    assert difference["difference"] == pytest.approx(0.5, abs=0.1)


def test_requests_that_were_served_by_another_arm_are_told(tmp_path, capsys):
    write_trial(trial(prompts=200), tmp_path / "trial.yaml", [])
    log = production(tmp_path, swap=9)
    assert main(["trial", "read", str(tmp_path / "trial.yaml"), "--log", str(log)]) == 0
    assert "9 of 400 requests were not served by the arm that their hash gives." in capsys.readouterr().out


def test_assign_answers_a_line_a_request(tmp_path, capsys):
    write_trial(trial(), tmp_path / "trial.yaml", [])
    assert main(["trial", "assign", str(tmp_path / "trial.yaml"), "order-1", "order-2"]) == 0
    assert capsys.readouterr().out == f"order-1\t{PIXART}\norder-2\t{PIXART}\n"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ([], "name --desk FOLDER and --key FILE"),
        (["-o", "x.yaml"], "name the one to change with --scenario"),
        (["--log", "none.csv", "--weights", "1"], "give 2 numbers above 0"),
    ],
)
def test_a_reading_that_lacks_something_says_what(tmp_path, capsys, options, sentence):
    write_trial(trial(), tmp_path / "trial.yaml", [])
    status = main(["trial", "read", str(tmp_path / "trial.yaml"), *options])
    assert (status, sentence in capsys.readouterr().err) == (2, True)


def test_a_better_prompt_stands_beside_another_model_as_a_lever(tmp_path, capsys):
    """Three ways: the model as today 30 %, with a better prompt 60 % for 20 s more, another model 80 %."""
    way = f"{PIXART}#better-prompt"
    given = trial(arms=(PIXART, way, SD3), prompts=40)
    write_trial(given, tmp_path / "trial.yaml", [])
    desk, key, found = laid(tmp_path, given)
    passes = {PIXART: 3, way: 6, SD3: 8}
    for name in ("anna", "ben"):
        votes = votes_by(found.desk, found.key, name, lambda arm, prompt: prompt % 10 < passes[arm])
        add_votes(desk, found.desk, votes)
    file = demonstration(tmp_path)
    options = [
        "--desk",
        str(desk),
        "--key",
        str(key),
        "--scenario",
        str(file),
        "--seconds",
        f"{way}=20",
        "--json",
    ]
    assert main(["trial", "read", str(tmp_path / "trial.yaml"), *options]) == 0
    levers = json.loads(capsys.readouterr().out)["levers"]
    assert [lever["arm"] for lever in levers] == [SD3, way, PIXART]
    assert [round(lever["acceptance"], 10) for lever in levers] == [0.8, 0.6, 0.3]
    assert levers[2]["saved_per_year"] == 0
    assert levers[0]["saved_per_year"] > levers[1]["saved_per_year"] > 0
    assert levers[1]["extra_seconds"] == 20


def test_seconds_of_an_arm_that_is_none_are_refused(tmp_path, capsys):
    options = judged(tmp_path)
    file = demonstration(tmp_path)
    status = main(["trial", "read", *options, "--scenario", str(file), "--seconds", "nobody=3"])
    assert (status, "'nobody' is no arm of the trial" in capsys.readouterr().err) == (2, True)


def test_a_recommendation_loads_nothing_of_the_extra():
    code = (
        "import sys; from roi.__main__ import main; main(['recommend', '--fid-max', '20', '--json']);"
        "print(sorted({'scipy', 'statsmodels', 'choix', 'krippendorff', 'roi.trial'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
