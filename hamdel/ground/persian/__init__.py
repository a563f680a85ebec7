"""Search keys, alphabetical order and telephone numbers, however they were typed."""
