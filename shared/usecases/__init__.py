"""One module per action, told through ports."""
