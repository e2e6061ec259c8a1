"""Pictures to judge, one after the other, by keyboard or by touch. Run by `python -m roi trial judge DESK`.

Nothing that the page holds names a model. A vote is on the disk before the next picture is shown; whoever comes
back under the same name goes on where they left off.
"""

import sys
import time
from pathlib import Path
from typing import Literal

import streamlit as st

from roi.callbacks import to_the_end
from roi.errors import TrialError
from roi.texts import Language, language_of, text
from roi.texts.messages import said
from roi.trial.desk import PICTURES, Desk, Look, queue, read_desk
from roi.trial.votes import REASONS, Verdict, Vote, append_vote, left_to_see, now, slug

# Two pictures stay side by side on a telephone, and the buttons below a picture stay on the screen. (No docstring
# below the name: streamlit would show it.)
STYLE = """<style>
[data-testid="stMainBlockContainer"] {padding: 3.5rem 0.75rem 2rem;}
[data-testid="stImage"] img {max-height: 56vh; width: auto; max-width: 100%; margin: 0 auto; display: block;}
.st-key-sides [data-testid="stHorizontalBlock"] {flex-wrap: nowrap; gap: 0.5rem;}
.st-key-sides [data-testid="stColumn"] {min-width: 0;}
</style>"""

PAIR_KEYS: tuple[tuple[Verdict, str], ...] = (
    ("left", "Left"),
    ("right", "Right"),
    ("tie", "T"),
    ("neither", "N"),
)


Kind = Literal["primary", "secondary"]


def show(folder: Path, language: Language) -> None:
    """The whole page."""
    st.set_page_config(page_title=text(language, "judge.title"), page_icon=":material/rate_review:")
    st.html(STYLE)
    chosen = st.query_params.get("lang", language)
    language = language_of(chosen) if chosen in ("en", "ja") else language
    reviewer = st.query_params.get("reviewer", "")
    if not reviewer.strip():
        _ask_name(language)
        return
    try:
        desk = read_desk(folder)
        left = left_to_see(folder, desk, reviewer)
    except TrialError as fault:
        st.error(said(language, fault))
        return
    _judge(folder, desk, reviewer, left, language)


def _ask_name(language: Language) -> None:
    st.subheader(text(language, "judge.title"))
    st.write(text(language, "judge.about"))
    with st.form("name"):
        name = st.text_input(text(language, "judge.name"), max_chars=80)
        spoken = st.radio(
            "Language / 言語", ("en", "ja"), index=("en", "ja").index(language), horizontal=True
        )
        if st.form_submit_button(text(language, "judge.begin"), type="primary"):
            try:
                slug(name)
            except TrialError:
                st.error(text(language, "judge.no_name"))
                return
            st.query_params.update({"reviewer": name.strip(), "lang": spoken})
            st.rerun()


def _judge(folder: Path, desk: Desk, reviewer: str, left: tuple[Look, ...], language: Language) -> None:
    total = len(queue(desk, slug(reviewer)))
    back: Look | None = st.session_state.get("back")
    look = back or (left[0] if left else None)
    done = total - len(left)
    st.progress(
        done / total, text=text(language, "judge.progress", done=done, total=total, reviewer=reviewer)
    )
    if look is None:
        st.success(text(language, "judge.done"))
        return
    shown = st.session_state.setdefault("shown", {})
    shown.setdefault(look.id, time.monotonic())
    st.markdown(text(language, "judge.prompt"))
    st.text(desk.prompts[look.prompt].text)
    _pictures(folder, look, language)
    if desk.design == "accept":
        _accept_buttons(folder, reviewer, look, language)
    else:
        _pair_buttons(folder, reviewer, look, language)
    if "last" in st.session_state and back is None:
        st.button(
            text(language, "judge.back"), shortcut="B", on_click=_go_back, type="tertiary", key="back-button"
        )


def _pictures(folder: Path, look: Look, language: Language) -> None:
    places = [str(folder / PICTURES / name) for name in look.pictures]
    if len(places) == 1:
        st.image(places[0], alt=text(language, "judge.picture"))
        return
    with st.container(key="sides"):
        for column, place, side in zip(st.columns(2), places, ("left", "right"), strict=True):
            column.image(place, alt=text(language, f"judge_verdict.{side}"))


def _accept_buttons(folder: Path, reviewer: str, look: Look, language: Language) -> None:
    with st.container(horizontal=True):
        _button(folder, reviewer, look, "accept", None, "A", "primary", language)
        _button(folder, reviewer, look, "reject", None, "X", "secondary", language)
    st.caption(text(language, "judge.because"))
    with st.container(horizontal=True):
        for number, reason in enumerate(REASONS, start=1):
            _button(folder, reviewer, look, "reject", reason, str(number), "secondary", language)


def _pair_buttons(folder: Path, reviewer: str, look: Look, language: Language) -> None:
    with st.container(horizontal=True):
        for verdict, key in PAIR_KEYS:
            _button(folder, reviewer, look, verdict, None, key, "secondary", language)


def _button(
    folder: Path,
    reviewer: str,
    look: Look,
    verdict: str,
    reason: str | None,
    key: str,
    kind: Kind,
    language: Language,
) -> None:
    label = text(language, f"judge_reason.{reason}" if reason else f"judge_verdict.{verdict}")
    st.button(
        label,
        key=f"{look.id}:{verdict}:{reason}",
        shortcut=key,
        type=kind,
        on_click=_vote,
        args=(folder, reviewer, look, verdict, reason),
    )


@to_the_end
def _vote(folder: Path, reviewer: str, look: Look, verdict: str, reason: str | None) -> None:
    """Keep a vote on the look that the button belonged to, whatever is shown by now."""
    shown = st.session_state.get("shown", {}).get(look.id)
    found: dict[str, object] = {
        "reviewer": slug(reviewer),
        "pictures": look.pictures,
        "verdict": verdict,
        "at": now(),
        "repeat": look.repeat,
    }
    if reason is not None:
        found["reason"] = reason
    if shown is not None:
        found["seconds"] = round(time.monotonic() - shown, 2)
    st.session_state["last"] = look
    st.session_state.pop("back", None)
    append_vote(folder, Vote.model_validate(found))


@to_the_end
def _go_back() -> None:
    look: Look = st.session_state["last"]
    st.session_state["back"] = look
    st.session_state.get("shown", {}).pop(look.id, None)
    del st.session_state["last"]


show(Path(sys.argv[1]), language_of(sys.argv[2] if len(sys.argv) > 2 else "en"))
