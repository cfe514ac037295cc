"""Small lines of figures, and the sentences that say the same."""

import re

from paas.web.shapes.sparklines import HEIGHT, WIDTH, sparkline


def points(path):
    return [(float(x), float(y)) for x, y in re.findall(r"[ML]([\d.]+) ([\d.]+)", path)]


def test_line_goes_over_the_whole_width_and_its_highest_point_is_the_highest_figure():
    drawn = points(sparkline([10, 80, 40], over="the last hour").path)
    assert [x for x, _ in drawn] == [0, WIDTH / 2, WIDTH]
    assert min(y for _, y in drawn) == drawn[1][1] == 1
    assert all(1 <= y <= HEIGHT - 1 for _, y in drawn)


def test_gap_interrupts_the_line():
    line = sparkline([10, 10, None, None, 10, 10], over="the last hour")
    assert re.findall(r"[ML]", line.path) == ["M", "L", "M", "L"]


def test_single_figure_between_gaps_is_seen():
    assert sparkline([None, 10, None], over="the last hour").path.endswith("h1")


def test_idle_app_does_not_look_busy():
    assert min(y for _, y in points(sparkline([0.1, 0.2, 0.1], over="the last hour").path)) > HEIGHT - 2


def test_sentence_says_the_mean_and_the_highest():
    line = sparkline([10, None, 30], over="the last hour")
    assert line.told == "CPU over the last hour: 20 % of one core on average, 30 % at most"
    assert line.last == "30 %"


def test_what_was_long_ago_does_not_stand_as_the_newest():
    assert sparkline([10, 30, None, None], over="the last hour").last == "30 %"
    assert sparkline([10, 30, None, None, None], over="the last hour").last == ""


def test_without_figures_there_is_no_line():
    assert sparkline([], over="the last hour") is None
    assert sparkline([None, None], over="the last hour") is None
