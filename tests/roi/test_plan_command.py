"""`python -m roi plan`: answers, refusals, files beside the answer."""

import json

import pytest

from bench.profile import profile_document
from roi.__main__ import main
from roi.planning.decide_plan import plan
from roi.policy import read_policy
from roi.scenario.load import load_scenario
from roi.texts import LANGUAGES, catalogue
from tests.roi.plan_samples import NEW, OLD
from tests.roi.small_case import OWN, TEXT

BASELINE = """\
    baseline: {kind: profile, profile: old, supply: rented, images_per_attempt: 4, attempts_max: 2}
supplies:
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A scenario of three years whose server the workload carries alone, and its two profiles."""
    folder = tmp_path_factory.mktemp("plan")
    own = json.dumps({**OWN, "shared": False, "idle_power_w_per_gpu": 100})
    text = TEXT.replace("horizon_years: 5", "horizon_years: 3, cash_realisation_fraction: 0.5")
    text = text.replace("idle_power_w_per_gpu: 60", "idle_power_w_per_gpu: 100")
    text = text.replace("supplies:\n", BASELINE) + f"  - {own}\n"
    (folder / "scenario.yaml").write_text(text, encoding="utf-8")
    profiles = folder / "profiles"
    profiles.mkdir()
    for each in (NEW, OLD):
        (profiles / f"{each.id}.json").write_text(json.dumps(profile_document(each)), encoding="utf-8")
    return folder


@pytest.fixture
def run(capfd):
    """Runs a command; gives exit status, what stood on stdout and on stderr, banners of the solver included."""

    def command(*arguments):
        status = main([str(argument) for argument in arguments])
        printed = capfd.readouterr()
        return status, printed.out, printed.err

    return command


@pytest.fixture
def planned(run, files):
    """Plans the small case with more arguments."""
    return lambda *arguments: run(
        "plan", files / "scenario.yaml", "--profiles", files / "profiles", *arguments
    )


def test_the_page_decides_and_nothing_but_it_stands_on_stdout(planned):
    status, out, _ = planned()
    assert status == 0
    assert out.startswith("Small case: plan for 3 years\nDecision")
    assert "recomputed by a second route: agrees" in out


def test_the_whole_of_stdout_is_one_object_with_a_verified_answer(planned):
    status, out, _ = planned("--json")
    document = json.loads(out)
    assert (status, document["status"], document["verified"]) == (0, "optimal", True)
    assert document["solver"]["gap"] <= 1e-3
    assert document["finance"]["discount_rate_per_year"] == 0.0


def test_money_by_year_is_money_by_component_and_npv_is_its_difference_undiscounted(planned):
    """Without discounting and with all saved time in cash or named, NPV = baseline - plan - unrealised review."""
    document = json.loads(planned("--json")[1])
    plan, today = (
        sum(sum(years.values()) for years in side.values())
        for side in (document["tco"], document["baseline"]["tco"])
    )
    finance = document["finance"]
    assert finance["npv"] == pytest.approx(today - plan - finance["unrealised_review_saving"], rel=1e-9)


def test_the_japanese_page_is_japanese(planned):
    status, out, _ = planned("--lang", "ja")
    assert status == 0
    assert out.startswith("Small case: 3年計画")


def test_a_policy_is_written_and_reads_back(planned, tmp_path):
    status, _, err = planned("--policy", tmp_path / "policy.yaml")
    assert status == 0
    assert "policy written" in err
    [workload] = read_policy(tmp_path / "policy.yaml").workloads
    assert (workload.workload, len(workload.monthly)) == ("pictures", 3)


def test_a_policy_for_people_is_text_in_their_language(planned, tmp_path):
    status, *_ = planned("--policy", tmp_path / "policy.md", "--lang", "ja")
    assert status == 0
    assert (tmp_path / "policy.md").read_text(encoding="utf-8").startswith("運用方針: Small case")


def test_charts_are_written_as_png_and_svg(planned, tmp_path):
    pytest.importorskip("vl_convert")
    status, *_ = planned("--charts", tmp_path / "charts")
    assert status == 0
    names = {f"plan-{name}.{ending}" for name in ("cost", "carbon", "cash") for ending in ("png", "svg")}
    assert {path.name for path in (tmp_path / "charts").iterdir()} == names


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--gap", "1"), "--gap 1.0: give a fraction from 0 to below 1"),
        (("--gap", "nan"), "--gap nan: give a fraction"),
        (("--time-limit", "0"), "--time-limit 0.0: give seconds above 0"),
        (("--policy", "policy.xlsx"), "end the name in one of .yaml"),
        (("--lang", "de"), "use one of en, ja"),
    ],
)
def test_a_wrong_option_is_refused_before_anything_is_computed(planned, arguments, said):
    status, out, err = planned(*arguments)
    assert (status, out) == (2, "")
    assert said in err


def test_an_existing_policy_file_is_left_as_it_is(planned, tmp_path):
    path = tmp_path / "policy.yaml"
    path.write_text("mine", encoding="utf-8")
    status, out, err = planned("--policy", path)
    assert (status, out, path.read_text(encoding="utf-8")) == (2, "", "mine")
    assert "already exists" in err


def test_no_plan_ends_with_the_rules_in_conflict(run, files, tmp_path):
    text = (files / "scenario.yaml").read_text(encoding="utf-8").replace("fid_max: 20", "fid_max: 1")
    (tmp_path / "strict.yaml").write_text(text, encoding="utf-8")
    status, out, _ = run("plan", tmp_path / "strict.yaml", "--profiles", files / "profiles")
    assert status == 1
    assert "Rules in conflict: quality bar (FID at most)" in out
    status, out, _ = run("plan", tmp_path / "strict.yaml", "--profiles", files / "profiles", "--json")
    document = json.loads(out)
    assert (status, document["status"], document["binding"]) == (1, "infeasible", ["fid_max"])


def test_without_a_scenario_the_demonstration_is_planned_and_said_so(run):
    status, out, err = run("plan")
    assert status == 0
    assert out.startswith("Product pictures, Tokyo: plan for 5 years")
    assert "bundled demonstration" in err


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_that_a_plan_tells_has_words(files, language):
    steps = []
    plan(load_scenario(files / "scenario.yaml"), [NEW, OLD], progress=steps.append)
    assert steps[0] == "today"
    assert {f"plan.step_{step}" for step in steps} <= catalogue(language).keys()
