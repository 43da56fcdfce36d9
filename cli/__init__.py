"""`akun`: the command line of operators, and of those who send the roster."""
