"""How long a configuration of 7,000 lines takes to read, and to be found wrong: CPU ms, best of five."""

import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from daemon.config import load
from daemon.config.places import scan
from daemon.errors import ConfigError
from daemon.match import compile_rules

SOURCE = """
[[sources]]
name = "Source {i}"
url = "https://example.org/feed/{i}.xml"
tags = ["t{tag}", "world"]
every = "5m"
"""
ENTITY = """
[[entities]]
name = "thing-{i}"
label = "Thing {i}"
aliases = ["Thing-{i}", "Ding {i}"]
weak = {{ en = ["Thing"], pl = ["Rzecz"] }}
context = ["exercise", "drill"]
"""
RULE = """
# What the desk asks.
[[rules]]
name = "Rule {i}"
query = 'drone{i} NEAR/5 (airport OR border) -"toy drone"'
any = ["word{i}", "two words"]
entities = ["thing-{entity}"]
severity = "high"
source_tags = ["t{tag}"]
channels = ["log"]
"""
CHANNEL = '\n[[channels]]\nname = "log"\nurl = "syslog://"\n'


def document() -> str:
    """Write 7,000 lines: 400 sources, 100 entities, 400 rules."""
    sources = [SOURCE.format(i=i, tag=i % 7) for i in range(400)]
    entities = [ENTITY.format(i=i) for i in range(100)]
    rules = [RULE.format(i=i, entity=i % 100, tag=i % 7) for i in range(400)]
    return "".join([*sources, *entities, *rules, CHANNEL])


def spent(work: Callable[[], object]) -> float:
    """Measure the least CPU time of five runs, in ms."""
    times = []
    for _ in range(5):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times) * 1000


def problems(file: Path) -> int:
    """Count what is wrong with a file."""
    try:
        load(file, {})
    except ConfigError as error:
        return len(error.problems)
    return 0


def main() -> None:
    """Print one line for each way to be right or wrong."""
    text = document()
    cases = {
        "good": text,
        "one unknown key": text.replace('every = "5m"', 'evry = "5m"', 1),
        "400 unknown keys": text.replace('every = "5m"', 'evry = "5m"'),
        "400 unknown channels": text.replace('channels = ["log"]', 'channels = ["lgo"]'),
        "400 bad queries": text.replace('-"toy drone"', "AND"),
        "not TOML, at its end": text + "\nname = ",
    }
    print(f"{text.count(chr(10))} lines; Python {sys.version.split()[0]}")
    print(f"{'tomllib alone':24}{spent(lambda: tomllib.loads(text)):8.0f} ms")
    print(f"{'the scan for places':24}{spent(lambda: scan(text)):8.0f} ms")
    with TemporaryDirectory() as directory:
        file = Path(directory, "config.toml")
        file.write_text(text, "utf-8")
        config = load(file, {})
        compiling = spent(lambda: compile_rules(config.rules, config.entities, config.lists))
        print(f"{'the rules alone':24}{compiling:8.0f} ms")
        for name, content in cases.items():
            file.write_text(content, "utf-8")
            print(f"{name:24}{spent(lambda: problems(file)):8.0f} ms  {problems(file)} problems")


if __name__ == "__main__":
    main()
