from hamdel.ground.terminal import shown


def test_signs_that_move_a_terminal_are_written_out_and_persian_stays_as_it_is():
    assert shown("\x1b[2J\x07\x9b\x00\udcff\r") == r"\x1b[2J\x07\x9b\x00\udcff\x0d"
    assert shown("می‌خواهم\n\tبله") == "می‌خواهم\n\tبله"
