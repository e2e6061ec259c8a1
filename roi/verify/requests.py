"""What one request takes and costs: time of boards, joules, money at today's prices, for many choices at once.

A request makes attempts of n pictures until one passes, at most K. An attempt on a machine starts (by the second),
makes its pictures in whole batches, and does part of it again where the vendor takes instances back. All of that
time draws what the work draws.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from roi.verify import tables
from roi.verify.case import Case, Work
from roi.verify.figures import BoolArray, FloatArray, IntArray
from roi.verify.retries import followed
from roi.verify.runs import Run
from roi.verify.supplies import SECONDS, WATTS, YEAR_H, Supply
from roi.verify.waiting import wait_bounds

J_PER_KWH = 3.6e6
STREAMS = ("review", "fallback", "api", "rent", "capital", "space")
"""Money that goes with requests. `capital` and `space` are of a server that other work fills."""


@dataclass(frozen=True, eq=False)
class Requests:
    """Configurations [N] of one workload on one supply, or of several one after the other."""

    run: IntArray
    """Place of the run in a list; -1 for an API."""
    images: IntArray
    attempts_max: IntArray
    deliver: FloatArray
    look_s: FloatArray
    """Of people."""
    board_s: FloatArray
    energy_kwh: FloatArray
    """At the facility's meter."""
    made_kg: FloatArray
    """Making of boards, where they are paid by use; NaN where it is not published [kgCO2e]."""
    wait_s: tuple[FloatArray, FloatArray]
    """95th percentile of the time of an attempt, from below and above [s]; NaN where nobody states it."""
    money: dict[str, FloatArray]
    """By stream at today's prices."""

    def picked(self, which: BoolArray | IntArray) -> "Requests":
        """Some of them."""
        return Requests(
            self.run[which],
            self.images[which],
            self.attempts_max[which],
            self.deliver[which],
            self.look_s[which],
            self.board_s[which],
            self.energy_kwh[which],
            self.made_kg[which],
            (self.wait_s[0][which], self.wait_s[1][which]),
            {name: amounts[which] for name, amounts in self.money.items()},
        )


def joined(parts: Sequence[Requests]) -> Requests:
    """One after the other."""
    return Requests(
        np.concatenate([each.run for each in parts]),
        np.concatenate([each.images for each in parts]),
        np.concatenate([each.attempts_max for each in parts]),
        np.concatenate([each.deliver for each in parts]),
        np.concatenate([each.look_s for each in parts]),
        np.concatenate([each.board_s for each in parts]),
        np.concatenate([each.energy_kwh for each in parts]),
        np.concatenate([each.made_kg for each in parts]),
        (
            np.concatenate([each.wait_s[0] for each in parts]),
            np.concatenate([each.wait_s[1] for each in parts]),
        ),
        {name: np.concatenate([each.money[name] for each in parts]) for name in STREAMS},
    )


def requests(
    case: Case,
    work: Work,
    supply: Supply,
    runs: Sequence[Run],
    places: Sequence[int],
    images: Sequence[int],
    attempts_max: int,
) -> Requests:
    """Every number of images and every number of attempts up to the most, of some runs (-1: an API's own model)."""
    shape = (len(places), len(images), attempts_max)
    models = [supply.model if place < 0 else runs[place].model for place in places]
    outcome = [[followed(work.believed_of(model), n, attempts_max) for n in images] for model in models]
    attempts = np.array([[one[0] for one in row] for row in outcome]).reshape(shape)
    deliver = np.array([[one[1] for one in row] for row in outcome]).reshape(shape)
    each = (
        _api(supply, images) if supply.kind == "api" else _machine(case, work, supply, runs, places, images)
    )
    look_s = (
        attempts * (work.look_s[0] + work.look_s[1] * np.asarray(images, dtype=np.float64))[None, :, None]
    )
    money = {name: attempts * each.money.get(name, np.zeros(shape[:2]))[..., None] for name in STREAMS}
    money["review"] = case.wage_per_s * look_s
    money["fallback"] = (1.0 - deliver) * (work.fallback or 0.0)
    place, number, most = np.meshgrid(places, images, np.arange(1, attempts_max + 1), indexing="ij")
    return Requests(
        place.ravel(),
        number.ravel(),
        most.ravel(),
        deliver.ravel(),
        look_s.ravel(),
        (attempts * each.board_s[..., None]).ravel(),
        (attempts * each.energy_kwh[..., None]).ravel(),
        (attempts * each.made_kg[..., None]).ravel(),
        (_spread(each.wait_s[0], shape), _spread(each.wait_s[1], shape)),
        {name: amounts.ravel() for name, amounts in money.items()},
    )


@dataclass(frozen=True, eq=False)
class _Attempts:
    """One attempt of each number of images [P x n]."""

    board_s: FloatArray
    energy_kwh: FloatArray
    made_kg: FloatArray
    wait_s: tuple[FloatArray, FloatArray]
    money: dict[str, FloatArray]


def _spread(amounts: FloatArray, shape: tuple[int, int, int]) -> FloatArray:
    return np.broadcast_to(amounts[..., None], shape).ravel()


def _api(supply: Supply, images: Sequence[int]) -> _Attempts:
    none, price = np.zeros((1, len(images))), supply.price * np.asarray(images, dtype=np.float64)[None]
    answer = np.full_like(none, np.nan if supply.latency_s is None else supply.latency_s)
    return _Attempts(none, none, np.full_like(none, np.nan), (answer, answer), {"api": price})


def _machine(
    case: Case, work: Work, supply: Supply, runs: Sequence[Run], places: Sequence[int], images: Sequence[int]
) -> _Attempts:
    asked = [runs[place] for place in places]
    picture_s = _column(each.speed["seconds_per_image"] for each in asked)
    boards, batch = _column(each.boards for each in asked), _column(each.batch for each in asked)
    numbers = np.asarray(images, dtype=np.float64)[None]
    batches = np.ceil(numbers / batch)
    pictures = np.broadcast_to(numbers, batches.shape) if work.waits else batches * batch
    work_s = pictures * picture_s * supply.again + supply.cold_s
    plug_w = _column(_plug_w(each, supply) for each in asked)
    board_s, energy_kwh = work_s * boards, plug_w * work_s / J_PER_KWH * supply.place.pue
    batch_s = _column(_batch_s(each) for each in asked)
    waits = tuple(
        np.full_like(work_s, np.nan) if work.waits else batches * batch_s * (1.0 + bound) + supply.cold_s
        for bound in (wait_bounds(supply.load) if work.latency_max_s is not None else (0.0, np.inf))
    )
    return _Attempts(
        board_s,
        energy_kwh,
        _made_kg(supply, board_s),
        (waits[0], waits[1]),
        _paid(case, supply, work_s, board_s),
    )


def _column(values: object) -> FloatArray:
    return np.fromiter(values, dtype=np.float64)[:, None]  # type: ignore[call-overload, no-any-return]


def _plug_w(run: Run, supply: Supply) -> float:
    """Mean power at the server's plug while pictures are made [W]."""
    picture_s, boundary = run.speed["seconds_per_image"], run.energy["boundary"]
    board_w = run.energy["energy_j_per_image"] / picture_s
    if boundary == "wall":
        return float(board_w)
    if boundary == "host":
        return float(board_w / tables.values("parameters.csv")["power_supply_efficiency_fraction"])
    waiting_w = run.energy["idle_power_w"] if boundary == "gpu_net_idle" else 0.0
    return float(board_w + waiting_w + supply.host_w * run.boards)


def _batch_s(run: Run) -> float:
    """95th percentile of a batch, else its mean [s]."""
    stated = run.speed.get("p95_batch_latency_s") or run.speed.get("mean_batch_latency_s")
    return float(stated or run.batch * run.speed["seconds_per_image"])


def _made_kg(supply: Supply, board_s: FloatArray) -> FloatArray:
    """Making of a board over its seconds at work, where it is paid by use; units carry their own."""
    if supply.in_units:
        return np.zeros_like(board_s)
    made_kg = np.nan if supply.made_kg is None else supply.made_kg
    return made_kg * board_s / (supply.life_years * YEAR_H * SECONDS * supply.load)


def _paid(case: Case, supply: Supply, work_s: FloatArray, board_s: FloatArray) -> dict[str, FloatArray]:
    if supply.kind == "second":
        return {"rent": supply.price / SECONDS * np.maximum(work_s, supply.minimum_s)}
    if supply.kind == "shared":
        return {
            "capital": supply.capital_per_s(case.rate) * board_s,
            "space": supply.yearly / supply.filled_s * board_s,
        }
    return {}


def idle_kw(supply: Supply, runs: Sequence[Run], same: Sequence[int]) -> float | None:
    """Facility power of a powered board that waits, its host included: stated, else the highest that was measured
    on runs of its board [kW]; None where nobody gives it."""
    watts = supply.idle_w
    if watts is None:
        watts = max((idle for place in same if (idle := runs[place].idle_w) is not None), default=None)
    return None if watts is None else (watts + supply.host_w) / WATTS * supply.place.pue
