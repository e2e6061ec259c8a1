"""Exact architectures without weights: what a model is made of, and the work of one of its images."""

from bench.blueprints.parts import STAGES, Blueprint, BlueprintPart, Component, Stage
from bench.blueprints.table import blueprint_named, known_blueprints
from bench.blueprints.work import Pass, Setting, StageWork, Work, count_blueprint, work_of

__all__ = [
    "STAGES",
    "Blueprint",
    "BlueprintPart",
    "Component",
    "Pass",
    "Setting",
    "Stage",
    "StageWork",
    "Work",
    "blueprint_named",
    "count_blueprint",
    "known_blueprints",
    "work_of",
]
