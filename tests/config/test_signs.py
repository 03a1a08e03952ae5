"""Signs of life in the configuration: when the heartbeat comes, and what nobody would see."""

from datetime import time, timedelta

import pytest

from daemon.config import load
from daemon.errors import ConfigError
from daemon.model import Timetable

CHANNEL = """
[[channels]]
name = "desk"
url = "json://localhost/"
"""


def read(tmp_path, daemon, more=CHANNEL):
    (tmp_path / "config.toml").write_text(f"[daemon]\n{daemon}\n{more}")
    return load(tmp_path / "config.toml", {})


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("daily 08:00", Timetable((time(8),))),
        ("08:00", Timetable((time(8),))),
        ("08:00 daily", Timetable((time(8),))),
        ("weekdays 07:30,19:00", Timetable((time(7, 30), time(19)), (0, 1, 2, 3, 4))),
    ],
)
def test_a_heartbeat_has_its_hours_and_days_in_either_order(tmp_path, written, means):
    config = read(tmp_path, f'operator_channel = "desk"\nheartbeat = "{written}"')
    assert config.daemon.heartbeat == means


def test_a_canary_flies_to_the_channels_that_are_marked(tmp_path):
    config = read(tmp_path, 'canary = "1h"', CHANNEL + "canary = true\n")
    assert config.daemon.canary == timedelta(hours=1)
    assert config.channels[0].canary


@pytest.mark.parametrize(
    ("daemon", "more", "said"),
    [
        ('heartbeat = "daily 08:00"', "", "a heartbeat that nobody hears"),
        ('heartbeat = "daily"', "", "no time of day"),
        ('heartbeat = "daily 25:00"', "", "no time of day: «25:00»"),
        ('heartbeat = "daily soon"', "", "no day: «soon»"),
        ("heartbeat = 8", "", "no time of day"),
        ('canary = "1h"', "", "a canary that flies nowhere"),
        (
            'canary = "1h"',
            'canary = true\nmode = "digest"\ndigest = "08:00"\n',
            "a digest cannot show that alerts arrive",
        ),
    ],
)
def test_what_nobody_would_see_is_refused(tmp_path, daemon, more, said):
    with pytest.raises(ConfigError) as refused:
        read(
            tmp_path,
            f'operator_channel = "desk"\n{daemon}' if "nobody" not in said else daemon,
            CHANNEL + more,
        )
    (problem,) = refused.value.problems
    assert said in str(problem)
    assert problem.hint
    assert problem.line
