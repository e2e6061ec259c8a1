"""The drawing of figures. Families and models differ by fill, marker and dash, so that grey is enough."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

from bench.figures import HIGHER_IS_BETTER
from bench.study.observation import Family

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FAMILY_NAMES: dict[Family, str] = {"unet": "U-Net", "transformer": "Transformer", "other": "other"}
FAMILY_GREYS: dict[Family, str] = {"unet": "white", "transformer": "0.72", "other": "0.45"}
FAMILY_MARKERS: dict[Family, str] = {"unet": "o", "transformer": "s", "other": "^"}
DASHES = ("-", "--", "-.", ":")
MARKERS = "osv^Dx*P+"


@dataclass(frozen=True)
class Boxes:
    """Energy of each model over all of its settings."""

    title: str
    joules: Mapping[str, Sequence[float]]
    families: Mapping[str, Family]

    def figure(self) -> "Figure":
        """A box a model, the largest median at the bottom; every result is a dot."""
        models = sorted(self.joules, key=lambda model: (-median(self.joules[model]), model))
        figure, axes = _sheet(self.title, height=2.0 + 0.36 * len(models))
        drawn = axes.boxplot(
            [self.joules[model] for model in models],
            orientation="horizontal",
            patch_artist=True,
            whis=(0, 100),
            widths=0.6,
        )
        for place, model in enumerate(models):
            drawn["boxes"][place].set_facecolor(FAMILY_GREYS[self.families[model]])
            drawn["medians"][place].set(color="black", linewidth=2.5)
            values = self.joules[model]
            axes.plot(values, [place + 1] * len(values), ".", color="black", markersize=4)
        labels = [_literal(f"{model}, n = {len(self.joules[model])}") for model in models]
        axes.set_yticks(range(1, len(models) + 1), labels)
        axes.set_xlabel("J/image (log), all settings; box: quartiles and median, whiskers: extremes")
        _logarithmic(axes, "x")
        _legend_of_families(axes, self.families.values(), filled=True)
        return figure


@dataclass(frozen=True)
class Points:
    """Energy and quality of each model at the same settings."""

    title: str
    reference: str
    points: Mapping[str, tuple[float, float]]
    """Energy [J/image] and badness, the quality turned so that larger is worse."""
    families: Mapping[str, Family]

    def figure(self) -> "Figure":
        """Better pictures stand higher, less energy stands further left."""
        figure, axes = _sheet(self.title, height=5.5)
        higher = self.reference.partition("/")[0] in {
            name.removesuffix("_score") for name in HIGHER_IS_BETTER
        }
        for place, (model, (joules, bad)) in enumerate(sorted(self.points.items(), key=lambda one: one[1])):
            family = self.families[model]
            look = {"marker": FAMILY_MARKERS[family], "facecolor": FAMILY_GREYS[family], "edgecolor": "black"}
            axes.scatter([joules], [-bad if higher else bad], s=60, zorder=3, **look)
            where = {
                "xytext": (7, 5 if place % 2 else -13),
                "textcoords": "offset points",
                "fontsize": "small",
            }
            axes.annotate(_literal(model), (joules, -bad if higher else bad), **where)
        axes.set_xlabel("J/image (log)")
        axes.set_ylabel(_literal(f"{self.reference}, better upwards"))
        axes.margins(x=0.15, y=0.12)
        _logarithmic(axes, "x")
        if not higher:
            axes.invert_yaxis()
        _legend_of_families(axes, (self.families[model] for model in self.points), filled=False)
        return figure


@dataclass(frozen=True)
class Lines:
    """Energy of each model over the size of the picture."""

    title: str
    joules: Mapping[str, Mapping[int, float]]
    """Model -> pixels -> J/image."""

    def figure(self) -> "Figure":
        """A line a model, told apart by dash and marker, with its name in the legend from top to bottom."""
        figure, axes = _sheet(self.title, height=5.5)
        models = sorted(self.joules, key=lambda model: -max(self.joules[model].values()))
        for place, model in enumerate(models):
            sizes = self.joules[model]
            look = f"{MARKERS[place % len(MARKERS)]}{DASHES[place % len(DASHES)]}"
            grey = f"{0.55 * (place % 3) / 2:.2f}"
            axes.plot(list(sizes), list(sizes.values()), look, color=grey, label=_literal(model))
        axes.set_xlabel("pixels of the picture (log)")
        axes.set_ylabel("J/image (log)")
        _logarithmic(axes, "x")
        _logarithmic(axes, "y")
        measured = sorted({pixels for sizes in self.joules.values() for pixels in sizes})
        axes.set_xticks(measured, [f"{pixels:,}" for pixels in measured])
        axes.set_xticks([], minor=True)
        axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize="small")
        return figure


def _sheet(title: str, height: float) -> tuple["Figure", Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, height), layout="constrained")
    axes = figure.subplots()
    axes.set_title(_literal(title), fontsize="small", wrap=True)
    axes.grid(color="0.9", which="both")
    axes.set_axisbelow(True)
    return figure, axes


def _logarithmic(axes: Any, name: str) -> None:
    """A log scale whose ticks are plain numbers."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    axes.set(**{f"{name}scale": "log"})
    axis = getattr(axes, f"{name}axis")
    axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    axis.set_minor_formatter(NullFormatter())


def _legend_of_families(axes: Any, families: Iterable[Family], filled: bool) -> None:
    from matplotlib.lines import Line2D

    held = set(families)
    looks = [
        Line2D(
            [],
            [],
            linestyle="",
            marker="s" if filled else FAMILY_MARKERS[family],
            markerfacecolor=FAMILY_GREYS[family],
            markeredgecolor="black",
            markersize=9,
            label=FAMILY_NAMES[family],
        )
        for family in FAMILY_NAMES
        if family in held
    ]
    axes.legend(handles=looks, loc="best")


def _literal(text: str) -> str:
    """A dollar sign would begin a formula."""
    return text.replace("$", r"\$")
