"""`python -m tests.perf [NAME ...]`: run the named measurements, or all."""

import argparse

from tests.perf import app, cold_start, decisions, metering, operate, plan, quality, report, sensitivity, walk

REPORTS = {
    "app": app.report,
    "app_hour": app.report_hour,
    "cold_start": cold_start.report,
    "decisions": decisions.report,
    "metering": metering.report,
    "operate": operate.report,
    "plan": plan.report,
    "quality": quality.report,
    "report": report.report,
    "sensitivity": sensitivity.report,
    "walk": walk.report,
}


def main() -> None:
    """Parse the names and print each report."""
    parser = argparse.ArgumentParser(prog="python -m tests.perf", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(REPORTS)}; default: all")
    parser.add_argument("--quick", action="store_true", help="smaller sizes, about a minute")
    arguments = parser.parse_args()
    unknown = sorted(set(arguments.names) - set(REPORTS))
    if unknown:
        parser.error(f"unknown measurement {unknown[0]!r}; known: {', '.join(REPORTS)}")
    for name in arguments.names or REPORTS:
        REPORTS[name](quick=arguments.quick)


if __name__ == "__main__":
    main()
