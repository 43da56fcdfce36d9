"""A sample of a school's portal: an operator presses "Unduh Akun", and gets there by a signed link."""
