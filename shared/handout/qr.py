"""The QR code of the sign-in page, as the path of an SVG; `tests/unit/test_cards.py` makes it anew and compares."""

from typing import Final

TARGET: Final = "https://mail.google.com/"
SIZE: Final = 25  # modules a side (version 2, error correction M); readers want 4 more of white on each side
PATH: Final = (
    "M0 0.5h7m1 0h3m1 0h1m1 0h3m1 0h7m-25 1h1m5 0h1m3 0h4m2 0h1m1 0h1m5 0h1m-25 1h1m1 0h3m1 0h1m4 0h2m5 0h1m1 0h3m1 0"
    "h1m-25 1h1m1 0h3m1 0h1m1 0h2m3 0h4m1 0h1m1 0h3m1 0h1m-25 1h1m1 0h3m1 0h1m1 0h3m2 0h4m1 0h1m1 0h3m1 0h1m-25 1h1m5"
    " 0h1m1 0h1m1 0h2m1 0h1m2 0h1m1 0h1m5 0h1m-25 1h7m1 0h1m1 0h1m1 0h1m1 0h1m1 0h1m1 0h7m-17 1h2m1 0h1m2 0h1m-15 1h1"
    "m3 0h1m1 0h4m1 0h2m1 0h2m1 0h5m2 0h1m-25 1h4m6 0h1m3 0h3m3 0h2m1 0h1m-24 1h2m1 0h1m1 0h2m1 0h3m2 0h3m1 0h1m1 0h1"
    "m1 0h2m-21 1h1m7 0h1m1 0h1m6 0h2m1 0h2m-24 1h2m3 0h2m3 0h3m2 0h1m1 0h3m1 0h4m-25 1h1m1 0h1m2 0h1m1 0h3m3 0h4m3 0"
    "h1m2 0h1m-20 1h3m1 0h1m1 0h1m2 0h1m1 0h1m1 0h6m-14 1h2m1 0h1m1 0h1m4 0h2m1 0h2m-24 1h4m2 0h1m1 0h5m3 0h7m-15 1h1"
    "m3 0h1m1 0h1m1 0h1m3 0h1m-21 1h7m1 0h2m1 0h1m1 0h2m1 0h1m1 0h1m1 0h1m-21 1h1m5 0h1m2 0h1m1 0h1m2 0h1m1 0h1m3 0h4"
    "m-24 1h1m1 0h3m1 0h1m1 0h2m2 0h1m3 0h7m-23 1h1m1 0h3m1 0h1m3 0h1m1 0h1m1 0h1m1 0h4m2 0h3m-25 1h1m1 0h3m1 0h1m4 0"
    "h2m1 0h1m2 0h2m2 0h1m1 0h1m-24 1h1m5 0h1m2 0h2m1 0h1m1 0h2m2 0h6m-24 1h7m1 0h1m1 0h3m1 0h1m3 0h1m3 0h3"
)
