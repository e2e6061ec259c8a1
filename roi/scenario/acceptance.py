"""A fitted acceptance as scenario lines, and a scenario file that has taken it up with its comments kept."""

from pathlib import Path

import yaml

from roi.acceptance_log.fit import AcceptanceFit
from roi.errors import LogError, RoiError, ScenarioError
from roi.scenario.load import scenario_from_text
from roi.scenario.narrow import chosen_workload
from roi.scenario.yaml_text import read_text


def acceptance_lines(fit: AcceptanceFit, log_name: str) -> list[str]:
    """The `acceptance:` lines of a workload, the interval as low and high.

    Raises
    ------
    LogError
        When every attempt or none was accepted: such a log only sets a bound.
    """
    if fit.n_delivered == 0 or fit.n_delivered == fit.n_attempts:
        raise LogError(f"{log_name}: gives no acceptance to write: {fit.message}")
    beta = fit.recommended == "beta" and fit.a is not None and fit.b is not None
    mean = fit.mean if beta else fit.alike_p
    source = f"fitted to {log_name}: {fit.n_requests} requests, {fit.n_attempts} attempts, model {fit.model}"
    lines = [
        "acceptance:",
        f"  kind: {fit.recommended}",
        "  mean:",
        f"    value: {mean.value:.6g}",
        f"    low: {min(mean.low, mean.value):.6g}",
        f"    high: {max(mean.high, mean.value):.6g}",
        f"    source: {_quoted(source)}",
    ]
    if beta and fit.a is not None and fit.b is not None:
        lines += ["  concentration:", f"    value: {fit.a.value + fit.b.value:.6g}"]
        lines += [f"    source: {_quoted(source)}"]
    return lines


def write_acceptance(
    fit: AcceptanceFit, log_name: str, scenario: Path, workload: str | None, output: Path
) -> None:
    """Write `scenario` as `output` with the fitted acceptance in the workload's place, comments kept.

    Raises
    ------
    RoiError
        When the output exists, the workload must be named, or the scenario cannot be read.
    """
    original = read_text(scenario)
    chosen = chosen_workload(scenario_from_text(original, str(scenario)), workload)
    changed = _replaced(original, chosen.name, acceptance_lines(fit, log_name))
    scenario_from_text(changed, str(output))
    try:
        with output.open("x", encoding="utf-8") as file:
            file.write(changed)
    except FileExistsError:
        raise ScenarioError(f"{output}: exists already; name a new file, nothing was overwritten") from None
    except OSError as fault:
        raise ScenarioError(f"{output}: cannot be written: {fault.strerror}") from None


def _replaced(original: str, workload: str, lines: list[str]) -> str:
    """The text with the block of `acceptance` of that workload replaced, every other character kept."""
    key, value = _acceptance_nodes(original, workload)
    indent = " " * key.start_mark.column
    block = ("\n" + indent).join(lines)
    end = _end(value)
    return original[: key.start_mark.index] + block + original[end:]


def _acceptance_nodes(original: str, workload: str) -> tuple[yaml.Node, yaml.Node]:
    document = yaml.compose(original, Loader=yaml.SafeLoader)
    for entry in _value(document, "workloads").value:
        if _value(entry, "name").value == workload:
            if entry.flow_style:
                raise RoiError(
                    f"workload {workload!r} is written in braces; write its fields below each other, a line each"
                )
            for key, value in entry.value:
                if key.value == "acceptance":
                    return key, value
    raise RoiError(f"workload {workload!r} has no acceptance block to replace")


def _value(mapping: yaml.Node | None, name: str) -> yaml.Node:
    for key, value in mapping.value if isinstance(mapping, yaml.MappingNode) else ():
        if key.value == name:
            found: yaml.Node = value
            return found
    raise RoiError(f"the scenario has no {name!r} to look in")


def _end(node: yaml.Node) -> int:
    """Index behind the last character of a block: PyYAML ends blocks where the next token begins."""
    if isinstance(node, yaml.MappingNode) and not node.flow_style and node.value:
        return _end(node.value[-1][1])
    end: int = node.end_mark.index
    return end


def _quoted(sentence: str) -> str:
    return '"' + sentence.replace("\\", "\\\\").replace('"', "'") + '"'
