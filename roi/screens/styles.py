"""The few rules of style that streamlit's theme cannot state."""

import streamlit as st

_STYLES = """<style>
[data-testid="stMainBlockContainer"] { padding-top: 3.5rem; }
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"] { padding: 3.5rem 0.75rem 2rem; }
  [data-testid="stMetricValue"] { font-size: 1.4rem; }
  h1 { font-size: 1.6rem; }
}
</style>"""


def show_styles() -> None:
    """Less air on a small screen."""
    st.html(_STYLES)
