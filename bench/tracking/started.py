"""`bench track -- COMMAND`: a program as it is, every call of a diffusers pipeline in it an attempt.

The command is started with a folder of ours first in PYTHONPATH, whose `sitecustomize` Python imports by itself, in
child processes too. It waits for diffusers to be imported and then lets every class of pipelines track its calls.
Programs without diffusers, or in another language, are not changed; their board's minutes are recorded as well.
"""

import functools
import importlib.abc
import importlib.machinery
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from bench.tracking.tracker import follow, quietly, tracked_call

VARIABLE = "IMAGE_ROI_TRACK"
AUTOSTART = Path(__file__).with_name("autostart")
PIPELINES = "diffusers.pipelines.pipeline_utils"


def run_tracked(command: Sequence[str], **arguments: Any) -> int:
    """Run a command to its end, its pipelines tracked by `bench.track(**arguments)`; its exit status."""
    package = str(Path(__file__).resolve().parent.parent.parent)
    search = os.pathsep.join(filter(None, (str(AUTOSTART), os.environ.get("PYTHONPATH"), package)))
    told = os.environ | {"PYTHONPATH": search, VARIABLE: json.dumps(arguments, default=str)}
    follow(arguments["log"], arguments["meter"])  # while the command runs, whatever it is written in
    return subprocess.run(list(command), env=told, check=False).returncode


def track_diffusers() -> None:
    """Called in the tracked program: wait for diffusers, then track its pipelines."""
    written = os.environ.get(VARIABLE)
    if written:
        sys.meta_path.insert(0, _Waiting(json.loads(written)))


class _Waiting(importlib.abc.MetaPathFinder):
    """Lets the module of pipelines be found as ever, and is there when it has been loaded."""

    def __init__(self, arguments: dict[str, Any]) -> None:
        self._arguments = arguments

    def find_spec(self, name: str, path: Any = None, target: ModuleType | None = None) -> Any:
        """The module's own spec with one step after its loading; None for every other module."""
        if name != PIPELINES:
            return None
        sys.meta_path.remove(self)
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Then(spec.loader, self._arguments)
        return spec


class _Then(importlib.abc.Loader):
    def __init__(self, own: Any, arguments: dict[str, Any]) -> None:
        self._own, self._arguments = own, arguments

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        """As the module's own."""
        made: ModuleType | None = self._own.create_module(spec)
        return made

    def exec_module(self, module: ModuleType) -> None:
        """The module's own loading, then ours."""
        self._own.exec_module(module)
        quietly(lambda: _track_subclasses(module.DiffusionPipeline, self._arguments))


def _track_subclasses(base: Any, arguments: dict[str, Any]) -> None:
    """Every class that is derived from now on tracks its calls; one that calls its parent's is one attempt."""
    of_the_base = base.__dict__.get("__init_subclass__")

    def init_subclass(kind: Any, /, **named: Any) -> None:
        if of_the_base is None:
            super(base, kind).__init_subclass__(**named)
        else:
            of_the_base.__get__(None, kind)(**named)
        own = kind.__dict__.get("__call__")
        if own is not None:
            kind.__call__ = _tracked(own, arguments)

    base.__init_subclass__ = classmethod(init_subclass)


def _tracked(call: Any, arguments: dict[str, Any]) -> Any:
    @functools.wraps(call)
    def tracked(pipe: Any, *given: Any, **named: Any) -> Any:
        return tracked_call(pipe, call, given, named, arguments)

    return tracked
