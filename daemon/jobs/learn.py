"""Learn from the archive how common words are, a sample at a time, for stories to be told apart by."""

import structlog

from daemon.dedup import Frequencies, background
from daemon.jobs.context import Context
from daemon.jobs.work import count_terms
from daemon.store import frequencies
from daemon.store.frequencies import Counted

# Of what was read since the last time, so many at most: a few seconds of a worker process.
SAMPLE = 1000
_AT_ONCE = 250

log = structlog.get_logger()


async def learn(ctx: Context) -> int:
    """Count the words of the latest articles that are not counted yet; give how many articles."""
    known = await ctx.store.read(frequencies.get)
    fresh = await ctx.store.read(lambda conn: frequencies.uncounted(conn, known.last, SAMPLE))
    counts = known.frequencies
    for start in range(0, len(fresh), _AT_ONCE):
        texts = tuple(article for _, article in fresh[start : start + _AT_ONCE])
        counts = counts.plus(await ctx.compute(count_terms, texts))
    if fresh:
        counted = Counted(counts.bounded(), fresh[-1][0])
        now = ctx.now()
        await ctx.store.write(lambda conn: frequencies.put(conn, counted, now))
    log.info("learned", articles=len(fresh), documents=counts.documents, words=len(counts.counts))
    return len(fresh)


async def recall_frequencies(ctx: Context) -> Frequencies:
    """Give the shipped frequencies, and for the words that they lack those of the archive."""
    known = await ctx.store.read(frequencies.get)
    return background().beside(known.frequencies)
