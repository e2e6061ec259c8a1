"""The proposal in a browser: the entry that streamlit runs.

Run it with `streamlit run app.py` or `python -m roi app`.
"""

from roi.screens.frame import show

if __name__ == "__main__":
    show()
