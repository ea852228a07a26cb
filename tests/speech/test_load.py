"""A busy engine leaves out running guesses, and takes them up again."""

from speech.load import SPAN_MS, Load


def after(load: Load, share: float, spans: float = 6) -> Load:
    for _ in range(round(spans * 30)):
        load.add(SPAN_MS / 30, SPAN_MS / 30 * share)
    return load


def test_an_engine_with_time_leaves_nothing_out():
    assert not after(Load(), 0.4).sheds_partials


def test_a_busy_engine_leaves_guesses_out():
    assert after(Load(), 0.7).sheds_partials


def test_what_was_left_out_comes_back_well_below_its_limit():
    load = after(after(Load(), 1.2), 0.5)
    assert load.sheds_partials  # 0.5 is below the limit, but not far enough
    assert not after(load, 0.3).sheds_partials


def test_one_slow_line_changes_nothing():
    load = after(Load(), 0.2)
    load.add(300, 3_000)
    assert not load.sheds_partials
