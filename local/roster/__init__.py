"""The sample roster: `roster-change/1` events for real schools and invented people."""
