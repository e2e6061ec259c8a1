"""`python -m roi fit-acceptance`: from a log of attempts to a scenario that holds its acceptance."""

import random

import pytest

from roi.__main__ import main
from roi.scenario.load import load_scenario
from tests.roi.small_case import TEXT

HEADER = "request_id,attempt,accepted,model,review_seconds\n"


def log_of(path, requests, accepted_at=None):
    """A log of requests with up to three attempts; each passes at 1/2, or at the attempt that is named."""
    coin = random.Random(5)
    lines = []
    for request in range(requests):
        for attempt in (1, 2, 3):
            passed = attempt == accepted_at if accepted_at else coin.random() < 0.5
            lines.append(f"r{request},{attempt},{int(passed)},*,{2 + attempt}\n")
            if passed:
                break
    path.write_text(HEADER + "".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def files(tmp_path):
    """A log, the new scenario file, and the one to write."""
    original = tmp_path / "mine.yaml"
    assert main(["scenario", "--new", str(original)]) == 0
    return log_of(tmp_path / "log.csv", 400), original, tmp_path / "fitted.yaml"


def fit(log, original, written, *more):
    return main(["fit-acceptance", str(log), "--scenario", str(original), "-o", str(written), *more])


def test_the_fitted_scenario_loads_with_the_acceptance_and_its_interval(files, capsys):
    log, original, written = files
    assert fit(log, original, written) == 0
    acceptance = load_scenario(written).workloads[0].acceptance
    assert acceptance.mean.low <= 0.5 <= acceptance.mean.high
    assert acceptance.mean.high - acceptance.mean.low < 0.1
    assert acceptance.mean.placeholder is False
    assert acceptance.mean.source.startswith("fitted to log.csv: 400 requests")
    assert "400 requests" in capsys.readouterr().err


def test_nothing_but_the_acceptance_changes_and_every_comment_stays(files):
    log, original, written = files
    assert fit(log, original, written) == 0
    before, after = (path.read_text(encoding="utf-8") for path in (original, written))
    start = before.index("acceptance:  ")
    assert after.startswith(before[:start])
    end = before.index("    images_per_attempt:")
    assert after.endswith(before[end:])
    unchanged = load_scenario(original).model_dump(exclude={"workloads": {0: {"acceptance"}}})
    assert load_scenario(written).model_dump(exclude={"workloads": {0: {"acceptance"}}}) == unchanged


def test_the_fitted_scenario_gives_an_answer(files, capsys):
    log, original, written = files
    assert fit(log, original, written) == 0
    capsys.readouterr()
    assert main(["recommend", "--scenario", str(written), "--json"]) == 0
    assert '"verified": true' in capsys.readouterr().out


def test_an_existing_file_is_not_written_over(files, capsys):
    log, original, written = files
    written.write_text("mine", encoding="utf-8")
    assert fit(log, original, written) == 2
    assert "exists already; name a new file" in capsys.readouterr().err
    assert written.read_text(encoding="utf-8") == "mine"
    assert fit(log, original, original) == 2
    assert original.read_text(encoding="utf-8").startswith("# A scenario")


def test_without_a_scenario_the_lines_are_printed_alone(files, capsys):
    log, _, _ = files
    capsys.readouterr()
    assert main(["fit-acceptance", str(log)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "acceptance:"
    assert lines[1] in ("  kind: alike", "  kind: beta")


@pytest.mark.parametrize("accepted_at", [1, 9])
def test_a_log_that_only_sets_a_bound_gives_no_acceptance(files, capsys, accepted_at):
    """Every picture passed, or none did."""
    log, original, written = files
    log_of(log, 30, accepted_at)
    assert fit(log, original, written) == 2
    assert "log.csv: gives no acceptance to write" in capsys.readouterr().err
    assert not written.exists()


def test_only_the_workload_that_is_named_is_changed(tmp_path, capsys):
    second = TEXT[TEXT.index("  - name: pictures") : TEXT.index("supplies:")].replace("pictures", "banners")
    both = tmp_path / "both.yaml"
    both.write_text(TEXT.replace("supplies:\n", second + "supplies:\n"), encoding="utf-8")
    log, written = log_of(tmp_path / "log.csv", 100), tmp_path / "fitted.yaml"
    assert fit(log, both, written) == 2
    assert "choose one with --workload" in capsys.readouterr().err
    assert fit(log, both, written, "--workload", "banners") == 0
    first, changed = load_scenario(written).workloads
    assert first.acceptance.mean.source == "entered by the user"
    assert changed.acceptance.mean.source.startswith("fitted to log.csv")


def test_a_workload_in_braces_has_no_line_for_the_acceptance(files, capsys):
    log, original, written = files
    fields = TEXT[TEXT.index("name: pictures") : TEXT.index("supplies:")]
    braces = "{" + ", ".join(line.strip() for line in fields.splitlines()) + "}\n"
    original.write_text(TEXT.replace(fields, braces), encoding="utf-8")
    assert load_scenario(original).workloads[0].name == "pictures"
    assert fit(log, original, written) == 2
    assert "workload 'pictures' is written in braces" in capsys.readouterr().err
    assert not written.exists()


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_scenario_from_japanese_excel_or_windows_takes_the_acceptance_up(files, line_end):
    log, original, written = files
    text = TEXT.replace("Small case", "商品画像").replace("\n", line_end)
    original.write_bytes(text.encode("cp932"))
    assert fit(log, original, written) == 0
    fitted = load_scenario(written)
    assert fitted.name == "商品画像"
    assert fitted.workloads[0].acceptance.mean.source.startswith("fitted to log.csv")


@pytest.mark.parametrize("given", [("--scenario", "mine.yaml"), ("-o", "fitted.yaml")])
def test_scenario_and_output_go_together(files, capsys, given):
    log, _, _ = files
    assert main(["fit-acceptance", str(log), *given]) == 2
    assert "name both --scenario FILE and -o NEW_FILE" in capsys.readouterr().err


def test_a_log_with_a_missing_column_is_refused(tmp_path, capsys):
    log = tmp_path / "log.csv"
    log.write_text("request_id,attempt,model\nr1,1,ours\n", encoding="utf-8")
    assert main(["fit-acceptance", str(log)]) == 2
    assert "column 'accepted' is missing; add it" in capsys.readouterr().err


def test_several_images_an_attempt_lower_the_acceptance_of_one(files):
    """1 - (1 - p)^4 = 1/2 at p = 0.159."""
    log, original, written = files
    assert fit(log, original, written, "--images-per-attempt", "4") == 0
    mean = load_scenario(written).workloads[0].acceptance.mean
    assert mean.low < 1 - 0.5**0.25 < mean.high
