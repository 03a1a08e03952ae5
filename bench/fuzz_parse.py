"""Fuzz every reader of parse/ under coverage: nothing but ParseError may come out, and soon.

    python bench/fuzz_parse.py [SECONDS] [CORPUS_DIR …]

Needs atheris, from the `bench` extra. Seeds from tests/parse/data; a crash is written to the working
directory as crash-…, and becomes a sample there with its fix.
"""

import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

try:
    import atheris  # type: ignore[import-not-found]
except ImportError:
    print("Nothing fuzzed: atheris comes with the bench extra (pip install -e '.[bench]').")
    sys.exit()

with atheris.instrument_imports(include=["daemon.parse"]):
    from daemon.errors import ParseError
    from daemon.model import ListingSelectors, SourceKind
    from daemon.parse import discover, extract_article, parse_source

KINDS = tuple(SourceKind)
TYPES = (None, "text/xml; charset=utf-16", "text/html; charset=gbk", "text/html; charset=koi8-r")
SELECTORS = ListingSelectors(links="a", title="b", date="time", next_page="a")
ARTICLES = 200  # from this choice on, the document is read as an article's page too
SLOWEST = 1.0  # seconds of CPU for one small document
SEEDS = Path(__file__).parent.parent / "tests/parse/data"


def one(data: bytes) -> None:
    """Read one document; its first byte chooses the reader, and what the server says of it."""
    choice, body = (data[0] if data else 0), data[1:]
    kind, content_type = KINDS[choice % len(KINDS)], TYPES[choice // 8 % len(TYPES)]
    start = time.process_time()
    with suppress(ParseError):
        if choice >= 250:
            discover(body, url="https://e.example/")
        if choice >= ARTICLES:
            extract_article(body, url="https://e.example/", content_type=content_type)
        feed = parse_source(
            body, url="https://e.example/", kind=kind, listing=SELECTORS, content_type=content_type
        )
        repr(feed)  # its texts are read when they are looked at
    if time.process_time() - start > SLOWEST:
        raise TimeoutError(f"{len(body)} bytes took {time.process_time() - start:.1f} s")


def main() -> None:
    limit, *corpora = sys.argv[1:] or ["20"]
    with tempfile.TemporaryDirectory() as fresh:
        for sample in SEEDS.iterdir():
            for choice in (b"\x00", b"\xfa"):
                Path(fresh, f"{sample.name}.{choice[0]}").write_bytes(choice + sample.read_bytes())
        atheris.Setup([sys.argv[0], f"-max_total_time={limit}", "-max_len=4096", fresh, *corpora], one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
