"""`operate rules`: the plan's limits as rules for Prometheus, their tests, and a dashboard for Grafana."""

import json
from pathlib import Path
from typing import Annotated

import typer

from roi.commands.arguments import Lang, number
from roi.errors import OperationError
from roi.new_file import put_new_file
from roi.texts import language_of, text
from roi.texts.messages import Message, at

MONEY_FRACTION = 0.02
"""Of a month's planned cost: the sum from which on a shift is looked for, where nobody states one. Judgement."""
RULES, TESTS, DASHBOARD = "image-roi.rules.yml", "image-roi.rules.test.yml", "image-roi.dashboard.json"


def rules(
    policy: Annotated[Path, typer.Argument(metavar="POLICY.yaml", help="From `roi plan --policy`.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the three files.")],
    year: Annotated[int, typer.Option(help="Year of the plan, from 1.")] = 1,
    money: Annotated[
        float | None,
        typer.Option(parser=number, help="Monthly sum from which on a shift matters; 2 % of plan if unset."),
    ] = None,
    lang: Lang = "en",
) -> None:
    """Write alerting and recording rules over what `bench exporter` serves, tests for promtool, and a dashboard."""
    import yaml

    from roi.operate.monitoring.dashboard import dashboard
    from roi.operate.monitoring.promtool import tests_of
    from roi.operate.monitoring.rules import document, money_of, rules_of
    from roi.policy import read_policy

    language, held = language_of(lang), read_policy(policy)
    if held.plan is None:
        raise OperationError(at(policy, Message("operating.without_months")))
    uses = [use for use in held.plan.uses if use.year == year]
    if not uses:
        last = max(use.year for use in held.plan.uses)
        raise OperationError(at(f"--year {year}", Message("operating.year", last=last)))
    if money is not None and not 0.0 < money < float("inf"):
        raise OperationError(Message("operating.money", given=repr(money)))
    found = rules_of(held, held.plan, year, money or MONEY_FRACTION * money_of(held.plan, year))
    written = {
        RULES: yaml.safe_dump(document(found, language), sort_keys=False, allow_unicode=True, width=110),
        TESTS: yaml.safe_dump(
            tests_of(found, uses, held, year, RULES, language), sort_keys=False, allow_unicode=True, width=110
        ),
        DASHBOARD: json.dumps(dashboard(held, language), indent=2, ensure_ascii=False) + "\n",
    }
    for name, content in written.items():
        output.mkdir(parents=True, exist_ok=True)
        put_new_file(output / name, content.encode(), raised=OperationError)
        typer.echo(text(language, "operation.written", path=output / name), err=True)
