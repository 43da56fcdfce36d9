"""One module per outside system, the only places that import its SDK."""
