"""The whole path on one machine: functions, stand-ins, store and a roster, in one command."""
