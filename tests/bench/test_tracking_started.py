"""`bench track -- COMMAND`: a program that knows nothing of us, a real diffusers pipeline in it."""

import sys
from pathlib import Path

import pytest

from bench.__main__ import main
from bench.operations.ledger import Ledger
from bench.operations.rows import Attempt
from tests.bench.test_tracking import until

SERVE = """
import sys, warnings
warnings.filterwarnings("ignore")
from diffusers import DiffusionPipeline
pipe = DiffusionPipeline.from_pretrained(sys.argv[1])
pipe.set_progress_bar_config(disable=True)
print(type(pipe).__name__)
for steps in (2, 2, 3):
    print(len(pipe(["a cat", "a dog"], num_inference_steps=steps, width=32, height=32).images))
"""


def test_a_program_with_a_real_pipeline_is_tracked_as_it_is(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("diffusers")
    from tests.bench.tiny_pipeline import save_tiny_unet

    model, log = save_tiny_unet(tmp_path / "model"), tmp_path / "operations.db"
    program = tmp_path / "serve.py"
    program.write_text(SERVE, encoding="utf-8")
    asked = [
        "track",
        "--workload",
        "product-pictures",
        "--supply",
        "own",
        "--log",
        str(log),
        "--",
        sys.executable,
    ]
    assert main([*asked, str(program), str(model)]) == 0
    assert capfd.readouterr().out.split() == ["StableDiffusionPipeline", "2", "2", "2"]

    def attempts() -> list[Attempt]:
        with Ledger(log) as ledger:
            return list(ledger.read(Attempt))

    until(lambda: len(attempts()) == 3, "the calls never reached the ledger")
    found = attempts()
    assert [(one.num_inference_steps, one.images, one.width, one.height) for one in found] == [
        (2, 2, 32, 32),
        (2, 2, 32, 32),
        (3, 2, 32, 32),
    ]
    assert {(one.workload, one.supply, one.status, one.model) for one in found} == {
        ("product-pictures", "own", "ok", str(model))
    }
    assert len({one.setting_hash for one in found}) == 2
    assert {one.energy_reason for one in found} == {"the pipeline works on cpu, which has no energy counter"}


def test_the_programs_own_status_and_site_module_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "sitecustomize.py").write_text("import sys; sys.own_site = 7\n", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "own"))
    asked = ["track", "--workload", "w", "--log", str(tmp_path / "o.db"), "--meter", "none", "--"]
    assert main([*asked, sys.executable, "-c", "import sys; sys.exit(sys.own_site)"]) == 7


def test_a_program_that_is_not_there_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = [
        "track",
        "--workload",
        "w",
        "--log",
        str(tmp_path / "o.db"),
        "--meter",
        "none",
        "--",
        "no-such-program",
    ]
    assert main(asked) == 2
    assert "no-such-program: cannot be started" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["--workload", ""], "--workload '': is empty"),
        (["--workload", "w", "--supply", "  "], "--supply '  ': is empty"),
        (["--workload", "w", "--meter", "foo"], "no meter is called 'foo'; there are auto, nvml"),
        (["--workload", "w", "--meter", "replay:"], "no meter is called 'replay:'"),
        (["--workload", "w", "--meter", "replay:none.csv"], "none.csv"),
        (["--workload", "w", "--meter", "nvml:GPU-none"], ""),
    ],
)
def test_what_could_record_nothing_is_refused_before_the_program_starts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], asked: list[str], said: str
) -> None:
    log, started = tmp_path / "o.db", tmp_path / "started"
    command = [sys.executable, "-c", f"open({str(started)!r}, 'w')"]
    assert main(["track", "--log", str(log), *asked, "--", *command]) == 2
    assert said in capsys.readouterr().err
    assert not started.exists()
    assert not log.exists()
    if "foo" in asked:
        assert main(["exporter", "--log", str(log), "--meter", "foo"]) == 2
        assert said in capsys.readouterr().err
