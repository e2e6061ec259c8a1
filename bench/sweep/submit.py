"""Shards as jobs of submitit: on Slurm, or as background processes of this machine.

A job is a shard: it goes through its points one after the other on the board it was given, so that the points of
a block are not scattered over boards. Before its time is up Slurm warns the job, which ends the point under way
and queues itself again; what it measured until then is kept.
"""

import shutil
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from bench.errors import SweepError
from bench.sweep.plan import shard as part_of
from bench.sweep.shard import Shard, Show, Standing, renew, run_shard, standing_of
from bench.sweep.table import SweepDisplay

Cluster = Literal["slurm", "local"]

LOOK_S = 1.0
TIMEOUT_MIN = 720
GENERAL_PARAMETERS = frozenset({"name", "timeout_min", "mem_gb", "cpus_per_task", "gpus_per_node"})
"""Parameters that submitit takes for every cluster; others go to Slurm alone."""


@dataclass(frozen=True)
class ShardJob:
    """A shard as submitit calls it, and queues it again."""

    shard: Shard

    def __call__(self) -> int:
        """Go through the shard; what is left of it."""
        with SweepDisplay(sys.stderr) as display:
            return run_shard(self.shard, display.show).left

    def checkpoint(self) -> Any:
        """The same job once more: it goes on where its results end."""
        from submitit.helpers import DelayedSubmission

        return DelayedSubmission(self)


def parts(shard: Shard, jobs: int) -> list[Shard]:
    """The shard in so many parts, each with a journal of its own."""
    if jobs == 1:
        return [shard]
    return [
        replace(shard, points=tuple(part_of(shard.points, one, jobs)), label=f"{shard.label}.{one}-of-{jobs}")
        for one in range(1, jobs + 1)
    ]


def submit_shard(
    cluster: Cluster, shard: Shard, jobs: int, parameters: Mapping[str, str | int], show: Show
) -> Standing:
    """Hand the shard to submitit in so many jobs and wait for them; an interrupt cancels them.

    Raises
    ------
    SweepError
        When submitit or Slurm is missing, a parameter is unknown, or a job ended in another way than its points.
    """
    shard = replace(shard, folder=shard.folder.resolve())
    executor = _executor(cluster, shard, parameters)
    standing = standing_of(shard.folder, shard.points, shard.retry_failed)
    submitted = [executor.submit(ShardJob(part)) for part in parts(shard, jobs) if part.points]
    try:
        while not all(job.done() for job in submitted):
            renew(standing, shard.folder, shard.points, shard.retry_failed)
            show(standing)
            time.sleep(LOOK_S)
    except KeyboardInterrupt:
        for job in submitted:
            job.cancel(check=False)
        raise
    for job in submitted:
        if job.exception() is not None:
            raise SweepError(f"job {job.job_id} failed: {job.exception()}; see {job.paths.stderr}")
    standing = standing_of(shard.folder, shard.points, retry_failed=False)
    show(standing)
    return standing


def _executor(cluster: Cluster, shard: Shard, parameters: Mapping[str, str | int]) -> Any:
    try:
        import submitit
    except ImportError:
        raise SweepError(
            "submitit is not installed; install it with pip install 'image-roi[slurm]'"
        ) from None
    if cluster == "slurm" and shutil.which("sbatch") is None:
        raise SweepError("sbatch is not on this machine; run on a login node, or choose --executor local")
    boards = 1 if shard.machine.device.startswith("cuda") else 0
    chosen = {"name": f"sweep-{shard.plan}", "timeout_min": TIMEOUT_MIN, "gpus_per_node": boards}
    chosen |= {
        name if name in GENERAL_PARAMETERS else f"slurm_{name}": value for name, value in parameters.items()
    }
    executor = submitit.AutoExecutor(folder=shard.folder / "submitit", cluster=cluster)
    try:
        executor.update_parameters(**chosen)
    except (NameError, AssertionError, ValueError) as fault:
        raise SweepError(f"--slurm: {str(fault).splitlines()[0]}; correct that parameter") from None
    return executor
