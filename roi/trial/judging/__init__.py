"""The page on which people judge pictures; streamlit runs `page.py`, which lies in a folder of its own because
streamlit puts the script's folder before all others.
"""

from pathlib import Path

PAGE = Path(__file__).with_name("page.py")
