"""The one-machine stack: stand-ins, sample roster, runner."""
