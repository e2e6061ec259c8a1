"""What keyboard and printer need of every page: links past the navigation, visible focus, paper without buttons."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from roi.texts import Language, text

STYLES = """<style>
#image-roi-reach a { position: absolute; left: -100vw; top: 0.5rem; z-index: 1000000; padding: 0.5rem 1rem;
  background: #1B232B; color: #FFFFFF; border-radius: 0.4rem; }
#image-roi-reach a:focus { left: 0.5rem; }
[data-testid="stCaptionContainer"] { color: inherit !important; opacity: 0.85; }
:focus-visible { outline: 3px solid #00619A; outline-offset: 2px; }
@media (prefers-color-scheme: dark) { :focus-visible { outline-color: #56B4E9; } }
[data-testid="stSidebarNavLink"]:focus-visible { outline-style: solid !important; outline-offset: -3px; }
.st-key-stale { opacity: 0.4; filter: grayscale(1); pointer-events: none; }
@page { size: A4 landscape; margin: 8mm; }
@media print {
  [data-testid="stSidebar"], [data-testid="stHeader"], [data-testid="stExpandSidebarButton"], #image-roi-reach,
  .stMainMenu, .stButton, .stDownloadButton, [data-testid="stPageLink"] { display: none !important; }
  html, body, #root, .stApp, [data-testid="stAppViewContainer"], [data-testid="stMain"] {
    position: static !important; overflow: visible !important; height: auto !important; }
  [data-testid="stMainBlockContainer"] { padding: 0 !important; max-width: none !important; }
  .st-key-wall { break-inside: avoid; zoom: 0.8; }
  .st-key-wall [data-testid="stHorizontalBlock"] { display: flex !important;
    flex-flow: row nowrap !important; }
  .st-key-wall [data-testid="stColumn"] { flex: 1 1 0 !important; min-width: 0 !important; }
}
</style>"""


def show_reach(language: Language) -> None:
    """The styles, and the links that come first when somebody tabs."""
    st.html(STYLES)
    words = {"answer": text(language, "screen.skip"), "levers": text(language, "screen.skip_levers")}
    _reach()(key="reach", data=words)


@lru_cache
def _reach() -> Any:
    script = Path(__file__).with_name("reach.js").read_text(encoding="utf-8")
    return st.components.v2.component("image_roi_reach", js=script)
