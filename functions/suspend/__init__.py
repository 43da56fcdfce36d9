"""One deployed function; only `main.py` goes into its zip."""
