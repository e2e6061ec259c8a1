"""Progress: silent for two seconds, then the step at work, on standard error only."""

import time

from roi.commands import streams
from roi.commands.streams import StepNotes


def test_a_short_task_says_nothing(capsys):
    with StepNotes("en") as asked:
        asked.step("solving")
    assert capsys.readouterr() == ("", "")


def test_a_long_task_names_each_step_once_on_standard_error(capsys, monkeypatch):
    monkeypatch.setattr(streams, "QUIET_S", 0.001)
    said = []
    monkeypatch.setattr("builtins.print", lambda line, **_: said.append(line))
    with StepNotes("en") as asked:
        for step in ("solving", "checking"):
            asked.step(step)
            while not said or step not in said[-1]:
                time.sleep(0.001)
    named = [line.partition(": ")[2] for line in said]
    assert [name for name in named if name != "planning ..."] == ["solving ...", "checking ..."]
    assert capsys.readouterr().out == ""
