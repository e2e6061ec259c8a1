"""A trial with people: is it worth it, blinded pictures, a page to judge them on, what the votes say, and in
money.

Libraries of the extra `trial` (scipy, statsmodels, choix, krippendorff) are loaded when a reading is made.
"""
