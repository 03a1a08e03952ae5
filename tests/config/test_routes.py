"""Who is told: the table of cases."""

import pytest

from daemon.config.routes import find_routes
from daemon.model import Channel, Rule, Secret, Severity

URL = Secret("")


@pytest.mark.parametrize(
    ("rule", "channel", "told"),
    [
        (Rule("r"), Channel("c", URL), True),
        (Rule("r", channels=("c",)), Channel("c", URL), True),
        (Rule("r", channels=("other",)), Channel("c", URL), False),
        (Rule("r", channels=("other",)), Channel("c", URL, rules=("r",)), True),
        (Rule("r"), Channel("c", URL, rules=("other",)), False),
        (Rule("r"), Channel("c", URL, tags=("war",)), False),
        (Rule("r", tags=("war", "sea")), Channel("c", URL, tags=("war",)), True),
        (Rule("r", channels=("c",)), Channel("c", URL, tags=("war",)), True),
        (Rule("r", channels=("c",)), Channel("c", URL, enabled=False), False),
        (Rule("r", channels=("c",)), Channel("c", URL, min_severity=Severity.HIGH), False),
        (Rule("r", severity=Severity.HIGH), Channel("c", URL, min_severity=Severity.HIGH), True),
    ],
)
def test_who_is_told(rule, channel, told):
    assert find_routes([rule], [channel]) == {"r": ("c",) if told else ()}


def test_a_rule_that_is_off_has_no_route():
    assert find_routes([Rule("r", enabled=False)], [Channel("c", URL)]) == {}
