"""The profiles, their sources and what is comparable with what."""

import json
from collections.abc import Sequence
from typing import get_args

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_config_utils import ColumnConfigMappingInput

from bench.library import figure_for, known_references, library_profiles, place_of
from bench.profile import Boundary, Profile, profile_document
from roi.amounts import unit_words
from roi.callbacks import to_the_end
from roi.output.document import assumptions
from roi.output.sensitivity.labels import place_label
from roi.screens.context import Context
from roi.screens.state import put_profiles, visit
from roi.screens.upload import PROFILE_BYTES_MAX, PROFILE_ENDINGS, plain_name
from roi.sensitivity.inputs import owners
from roi.texts import Language, bundled, text

COLUMNS = (
    "mine",
    "model",
    "board",
    "energy",
    "boundary",
    "seconds",
    "quality",
    "match",
    "kind",
    "grade",
    "date",
    "source",
    "id",
)
REFERENCE_COLUMNS = ("id", "images", "n_samples", "protocol")


def show(context: Context) -> None:
    """Profiles in one reference, profiles of the visitor, figures of the scenario, what may be compared."""
    language = context.language
    st.title(text(language, "screen.evidence"))
    st.caption(text(language, "screen.evidence_meaning"))
    _show_upload(language)
    quality = context.scenario.workloads[0].quality
    reference, bars = quality.reference, [bar.reference for bar in quality.bars]
    st.subheader(text(language, "screen.profiles", count=len(context.profiles)))
    st.caption(text(language, "screen.profiles_meaning", reference=", ".join([reference, *bars])))
    st.dataframe(
        profile_frame(context.profiles, reference, language, bars),
        hide_index=True,
        column_config=_profile_columns(reference, language, bars),
    )
    _show_take(context.profiles, language)
    st.subheader(text(language, "screen.assumptions"))
    st.caption(text(language, "screen.assumptions_meaning"))
    st.dataframe(_assumption_frame(context), hide_index=True, column_config=_assumption_columns(language))
    _show_rules(language)


def profile_frame(
    profiles: Sequence[Profile], reference: str, language: Language, bars: Sequence[str] = ()
) -> pd.DataFrame:
    """A row for each profile; what was not measured is empty. Figures on other rulers stand beside the first."""
    bundled = {profile.id for profile in library_profiles()}
    after = COLUMNS.index("match") + 1
    rows = [
        _profile_row(profile, reference, profile.id not in bundled, language)
        | {each: None if (found := figure_for(profile, each)) is None else found.value for each in bars}
        for profile in profiles
    ]
    return pd.DataFrame(rows, columns=[*COLUMNS[:after], *bars, *COLUMNS[after:]])


def _profile_row(profile: Profile, reference: str, mine: bool, language: Language) -> dict[str, object]:
    energy, speed, quality = profile.energy, profile.speed, figure_for(profile, reference)
    config, evidence = profile.config, profile.evidence
    steps = text(language, "screen.steps", count=config.num_inference_steps)
    return {
        "mine": mine,
        "model": f"{config.model_name}, {config.width}x{config.height}, {steps}, batch {config.batch_size}",
        "board": profile.hardware.accelerator,
        "energy": None if energy is None else energy.energy_j_per_image,
        "boundary": None if energy is None else energy.boundary,
        "seconds": None if speed is None else speed.seconds_per_image,
        "quality": None if quality is None else quality.value,
        "match": None if quality is None else text(language, f"match.{quality.match}"),
        "kind": text(language, f"evidence.{evidence.kind}"),
        "grade": evidence.grade,
        "date": evidence.date,
        "source": place_of(profile),
        "id": profile.id,
    }


def _profile_columns(reference: str, language: Language, bars: Sequence[str]) -> ColumnConfigMappingInput:
    column = st.column_config
    titles = {name: text(language, f"screen.profile_{name}", reference=reference) for name in COLUMNS}
    return {
        **{name: column.TextColumn(title) for name, title in titles.items()},
        "mine": column.CheckboxColumn(titles["mine"], width=60),
        "model": column.TextColumn(titles["model"], width=260, pinned=True),
        "energy": column.NumberColumn(titles["energy"], format="localized"),
        "seconds": column.NumberColumn(titles["seconds"], format="localized"),
        "quality": column.NumberColumn(titles["quality"], format="localized"),
        **{each: column.NumberColumn(format="localized") for each in bars},
        "date": column.DateColumn(titles["date"], format="YYYY-MM-DD"),
    }


def _show_upload(language: Language) -> None:
    """Files of the visitor, each of which can be taken out again."""
    with st.expander(text(language, "screen.add_profiles"), icon=":material/upload:", expanded=True):
        key = f"profile_files.{len(visit().files)}"
        st.file_uploader(
            text(language, "screen.profile_files"),
            type=list(PROFILE_ENDINGS),
            max_upload_size=PROFILE_BYTES_MAX >> 20,
            accept_multiple_files=True,
            key=key,
            on_change=_add,
            args=(key, language),
        )
        for name in visit().files:
            words, out = st.columns([4, 1], vertical_alignment="center")
            words.text(name)
            out.button(
                text(language, "screen.remove_file"),
                key=f"out.{name}",
                on_click=_take_out,
                args=(name, language),
            )


@to_the_end
def _add(key: str, language: Language) -> None:
    added = {plain_name(file.name): file.getvalue() for file in st.session_state[key]}
    if added:
        put_profiles({**visit().files, **added}, language)


@to_the_end
def _take_out(name: str, language: Language) -> None:
    put_profiles({each: raw for each, raw in visit().files.items() if each != name}, language)


def _show_take(profiles: Sequence[Profile], language: Language) -> None:
    st.download_button(
        text(language, "screen.take_profiles"),
        data=lambda: _collection(profiles),
        file_name="profiles.json",
        mime="application/json",
        on_click="ignore",
        icon=":material/download:",
    )


def _collection(profiles: Sequence[Profile]) -> str:
    documents = [profile_document(profile) for profile in profiles]
    return json.dumps({"schema_version": 1, "profiles": documents}, indent=2, ensure_ascii=False)


def _assumption_frame(context: Context) -> pd.DataFrame:
    """Named as a reader names them; what the bundled demonstration says, in the reader's language."""
    language, owner = context.language, owners(context.scenario)
    return pd.DataFrame(
        {
            **row,
            "name": place_label(str(row["name"]), owner(str(row["name"])), language),
            "unit": unit_words(str(row["unit"]), language),
            "source": bundled(language, str(row["source"])),
            "confidence": confidence_words(row["confidence"], language),
        }
        for row in assumptions(context.scenario)
    )


def confidence_words(word: object, language: Language) -> str | None:
    """How far a figure is trusted; nothing where nobody says."""
    return text(language, f"input.confidence_{word}") if word else None


def _assumption_columns(language: Language) -> ColumnConfigMappingInput:
    column = st.column_config
    words = ("unit", "source", "as_of", "confidence")
    titles = {name: text(language, f"input.{name}") for name in ("value", "low", "high", *words)}
    return {
        "name": column.TextColumn(text(language, "sensitivity.figure"), width=260, pinned=True),
        **{name: column.TextColumn(titles[name]) for name in words},
        **{name: column.NumberColumn(titles[name], format="localized") for name in ("value", "low", "high")},
        "placeholder": column.CheckboxColumn(text(language, "input.placeholder")),
    }


def _show_rules(language: Language) -> None:
    """What the joules cover, and the rulers of quality: figures of different ones are never compared."""
    st.subheader(text(language, "screen.comparable"))
    for boundary in get_args(Boundary):
        st.text(f"{boundary}: {text(language, f'screen.boundary_{boundary}')}")
    st.caption(text(language, "screen.references_meaning"))
    st.dataframe(
        [
            {name: getattr(reference, name) for name in REFERENCE_COLUMNS}
            | {"protocol": bundled(language, reference.protocol)}
            for reference in known_references()
        ],
        hide_index=True,
        column_config={name: text(language, f"screen.reference_{name}") for name in REFERENCE_COLUMNS},
    )
