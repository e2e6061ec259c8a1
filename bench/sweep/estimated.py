"""What a point of a sweep will take, also where the library has no row of its model."""

from dataclasses import dataclass

from bench.blueprints import Setting
from bench.errors import BenchError
from bench.estimate.estimating import estimate
from bench.sweep.point import Point
from bench.sweep.predict import LibraryPredictor, PerImage


@dataclass(frozen=True)
class EstimatePredictor:
    """`bench.estimate` at 16 bits; the nearest row of the library where a point lies outside of its range."""

    gpu: str

    @property
    def basis(self) -> str:
        """Names the board, and what stands for what."""
        return f"bench estimate for {self.gpu}; quantized and 32-bit points as if at 16 bits"

    def predict(self, point: Point) -> PerImage | None:
        """One image of this point; None where neither knows it."""
        settings = point.settings
        setting = Setting(
            width=settings.width,
            height=settings.height,
            num_inference_steps=settings.num_inference_steps,
            guidance_scale=settings.guidance_scale,
            batch_size=settings.batch_size,
            dtype="float16" if settings.dtype == "float16" else "bfloat16",
        )
        try:
            told = estimate(settings.model, self.gpu, setting)
        except BenchError:
            return LibraryPredictor(self.gpu).predict(point)
        if told.seconds is None:
            return None
        return PerImage(told.seconds.value, told.energy_j.value)
