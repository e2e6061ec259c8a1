"""Any valid profile, for the round trip of the contract."""

from typing import get_args

from hypothesis import strategies as st

from bench.magnitude import LARGEST, SMALLEST
from bench.profile import (
    Backbone,
    Boundary,
    Config,
    Dtype,
    Energy,
    Evidence,
    Grade,
    Hardware,
    HostEstimate,
    Match,
    ModelLicence,
    Profile,
    Quality,
    Source,
    Speed,
    Uncertainty,
)

texts = st.text(min_size=1, max_size=12)
positives = st.floats(min_value=1e-6, max_value=1e9)
powers = st.floats(min_value=1e-3, max_value=1e5)
fractions = st.just(0.0) | st.floats(min_value=SMALLEST, max_value=1)
counts = st.integers(min_value=1, max_value=10**6)
sources = st.builds(Source, citation=texts, url=st.none() | texts, accessed=st.none() | st.dates())
licences = st.builds(
    ModelLicence,
    name=texts,
    commercial_use=st.sampled_from(["yes", "no", "conditional"]),
    as_of=st.none() | st.dates(),
)


def one_of_literal(literal: object) -> st.SearchStrategy[str]:
    return st.sampled_from(get_args(literal))


def configs(weights: str) -> st.SearchStrategy[Config]:
    return st.builds(
        Config,
        model_id=texts,
        model_name=texts,
        backbone=one_of_literal(Backbone),
        parameters=st.none() | counts,
        dtype=one_of_literal(Dtype),
        quantization=st.dictionaries(texts, texts, max_size=2),
        width=counts,
        height=counts,
        num_inference_steps=counts,
        denoiser_calls=st.none() | counts,
        guidance_scale=st.none() | fractions,
        batch_size=counts,
        cache=st.none() | texts,
        weights=st.just(weights),
        model_licence=st.none() | licences,
    )


energies = st.builds(
    Energy,
    energy_j_per_image=positives,
    energy_stdev_j_per_image=st.none() | positives,
    windows=st.none() | counts,
    boundary=one_of_literal(Boundary),
    idle_power_w=st.none() | positives,
    stage_energy_j_per_image=st.dictionaries(texts, positives, max_size=2),
    uncertainty=st.none()
    | st.builds(
        Uncertainty,
        statistical_fraction=fractions,
        sensor_fraction=fractions,
        expanded_fraction=fractions,
    ),
)
speeds = positives.flatmap(
    lambda seconds: st.builds(
        Speed,
        seconds_per_image=st.just(seconds),
        p95_batch_latency_s=st.none() | positives,
        throughput_images_per_s=st.none() | st.just(1.0 / seconds),
    )
)
qualities = st.builds(
    Quality,
    metric=st.just("fid"),
    value=st.just(0.0) | st.floats(min_value=SMALLEST, max_value=LARGEST),
    stderr=st.none() | fractions,
    reference=texts.map("fid/{}".format),
    source=sources,
    match=one_of_literal(Match),
    match_note=st.none() | texts,
)


@st.composite
def host_estimates(draw: st.DrawFn, seconds_per_image: float) -> HostEstimate:
    processor_w, memory_w = draw(powers), draw(powers)
    return HostEstimate(
        processor_power_w=processor_w,
        memory_power_w=memory_w,
        energy_j_per_image=(processor_w + memory_w) * seconds_per_image,
        method=draw(texts),
        tool_version=draw(texts),
    )


@st.composite
def profiles(draw: st.DrawFn) -> Profile:
    weights = draw(st.sampled_from(["trained", "random"]))
    kinds = (
        ["measured_random_weights", "estimated"]
        if weights == "random"
        else ["measured", "published", "estimated"]
    )
    speed = draw(st.none() | speeds)
    return Profile(
        id=draw(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,20}", fullmatch=True)),
        config=draw(configs(weights)),
        hardware=draw(st.builds(Hardware, accelerator=texts, memory_gib=st.none() | positives)),
        energy=draw(st.none() | energies),
        speed=speed,
        host_estimate=draw(st.none() | host_estimates(speed.seconds_per_image if speed else 1.0)),
        quality=() if weights == "random" else tuple(draw(st.lists(qualities, max_size=2))),
        evidence=draw(
            st.builds(
                Evidence,
                kind=st.sampled_from(kinds),
                grade=one_of_literal(Grade),
                source=sources,
                date=st.dates(),
            )
        ),
        notes=tuple(draw(st.lists(texts, max_size=2))),
    )
