"""The proposal in a browser: widgets -> scenario -> decide -> tables. No arithmetic.

Run it with `streamlit run app.py` or `python -m roi app`.
"""

import json

import streamlit as st

from bench.boards import same_board
from bench.errors import BenchError
from bench.library import known_references, load_profiles
from roi.decision.decide import decide
from roi.errors import RoiError
from roi.output.document import decision_document
from roi.output.lines import decision_text
from roi.scenario.load import demonstration
from roi.scenario.narrow import Wishes, narrowed
from roi.texts import LANGUAGES, Language, text

TEXT_COLUMNS = 88  # a comment: streamlit shows a bare string of the top level on the page
SHOWN_COLUMNS = (
    "model",
    "supply",
    "price_per_image",
    "cost_per_accepted_image",
    "extra_cost_fraction",
    "break_even_acceptance",
    "why_close",
    "reasons",
)


def wishes(language: Language) -> Wishes:
    """What the person at the screen asks for."""
    scenario = demonstration()
    workload = scenario.workloads[0]
    profiles = load_profiles()
    references = [reference.id for reference in known_references() if reference.id.startswith("fid/")]
    boards = sorted(
        {
            supply.board
            for supply in scenario.supplies
            if supply.kind != "api"
            and any(same_board(p.hardware.accelerator, supply.board) for p in profiles)
        }
    )
    with st.sidebar:
        fid_max = st.slider(
            text(language, "rule.fid_max"), 1.0, 40.0, min(workload.quality.fid_max, 40.0), step=0.1
        )
        reference = st.selectbox(
            text(language, "rule.reference"), references, index=references.index(workload.quality.reference)
        )
        gpu = st.selectbox(text(language, "rule.boards"), ["", *boards])
    return Wishes(fid_max=fid_max, reference=reference, gpu=gpu or None)


def show_tables(document: dict[str, object], language: Language) -> None:
    """Four figures of the choice, then near-equals and APIs as tables."""
    choice = document["choice"]
    if isinstance(choice, dict):
        st.header(f"{choice['model']} / {choice['supply']}")
        labels = {
            f"{text(language, 'page.total')} [{document['currency']}/image]": "cost_per_accepted_image",
            f"{text(language, 'page.energy')} [kWh/image]": "energy_kwh_per_accepted_image",
            f"{text(language, 'page.carbon')} [kgCO2e/image]": "carbon_kg_co2e_per_accepted_image",
            f"FID [{choice['fid_reference']}]": "fid",
        }
        for column, (label, field) in zip(st.columns(len(labels)), labels.items(), strict=True):
            column.metric(label, "-" if choice[field] is None else f"{choice[field]:.4g}")
    for title, rows in (("page.near", "alternatives"), ("page.apis", "apis")):
        if document[rows]:
            st.subheader(text(language, title))
            st.dataframe(document[rows], hide_index=True, column_order=SHOWN_COLUMNS)


def main() -> None:
    """One page: the answer, what is nearly as good, what was left out, the assumptions."""
    st.set_page_config(page_title="Image ROI", layout="wide")
    with st.sidebar:
        language = st.radio("Language / 言語", LANGUAGES, horizontal=True)
    st.caption(text(language, "page.demonstration"))
    try:
        decision = decide(narrowed(demonstration(), wishes(language)), load_profiles())
    except (RoiError, BenchError) as error:
        st.error(str(error))
        return
    document = decision_document(decision, language)
    show_tables(document, language)
    st.code(decision_text(decision, language, columns=TEXT_COLUMNS), language=None)
    st.download_button(
        "JSON",
        data=json.dumps(document, indent=2, ensure_ascii=False),
        file_name="decision.json",
        mime="application/json",
    )


if __name__ == "__main__":
    main()
