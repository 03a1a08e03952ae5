"""The gate: no configuration goes live whose examples fail, or with a changed rule that floods."""

from datetime import timedelta

from servers.http import HttpServer, Response
from structlog.testing import capture_logs

from daemon.config import Config
from daemon.model import Article, Entry, Fate, Source, Verdict
from daemon.runtime.compose import open_house
from daemon.runtime.notify import Notifier
from daemon.runtime.service import Service
from daemon.runtime.sought import Reading
from daemon.store import articles, entries, sources, stories
from daemon.store.entries import Listed

STORM = '[[rules]]\nname = "storm"\nany = ["storm"]\nforms = "exact"\n'
BROKEN = STORM + '[[rules.tests]]\ntitle = "Calm seas"\n'
FLOOD = STORM + '[[rules]]\nname = "sea"\nany = ["sea"]\nforms = "exact"\n'
FINE = (
    STORM
    + '[[rules]]\nname = "tide"\nany = ["tide"]\nforms = "exact"\n[[rules.tests]]\ntitle = "A spring tide"\n'
)


def fill(conn, now) -> None:
    """Store four articles of one day that tell of the sea."""
    found = now - timedelta(days=2)
    sources.sync(conn, [Source("wire", "https://wire.example/feed")], found)
    source_id = sources.find(conn, "wire").id
    for number in range(4):
        entry = Entry(url=f"https://wire.example/{number}", title=f"The sea, {number}")
        entries.add(
            conn, source_id, [Listed(entry, (f"url:{number}",), Verdict(Fate.NO_RULE, "none"))], found
        )
        (known,) = entries.find(conn, [f"url:{number}"])
        read = articles.put(conn, known.id, Article(url=entry.url, title=entry.title), found)
        stories.join(conn, stories.open_new(conn, entry.title, found), read, found)


async def test_a_reload_passes_the_gate_or_leaves_all_as_it_was(write):
    told = []

    def hear(request):
        told.append(request.json())
        return Response()

    async with HttpServer(hear) as server:
        url = f"json://{server.address}/"
        config: Config = write(STORM, url)()
        async with open_house(config) as context:
            await context.store.write(lambda conn: fill(conn, context.now()))
            service = Service(context, Reading(lambda: config), Notifier({}))

            async def reload(rules: str) -> set[str]:
                nonlocal config
                config = write(rules, url)()
                await service.reload()
                return set(service.context.rules)

            assert await reload(BROKEN) == {"storm"}
            assert (
                "config.toml:13:1: the rule «storm» does not match its example «Calm seas»" in service.refused
            )
            assert "the new configuration is refused" in told[0]["title"]
            assert "Calm seas" in told[0]["message"]

            assert await reload(FLOOD) == {"storm"}
            assert "config.toml:13:1: the rule «sea» would have rung 4 times on " in service.refused
            assert "[alerts] max_per_day is 2" in service.refused
            assert "the rule «sea»" in told[1]["message"]
            assert service.context is context

            assert await reload(FINE) == {"storm", "tide"}
            assert service.refused == ""
            await service.context.compute.close()


async def test_a_reload_warns_of_what_is_left_out_in_vain(write):
    load_config = write(STORM)
    async with open_house(load_config()) as context:
        service = Service(context, Reading(load_config), Notifier({}))
        write(STORM.replace('any = ["storm"]', "query = 'storm -tag:gone'"))
        with capture_logs() as lines:
            await service.reload()
        assert service.refused == ""
        await service.context.compute.close()
    (said,) = [line["what"] for line in lines if "what" in line]
    assert "there is no source with the tag «gone»" in said


async def test_a_file_that_was_emptied_does_not_end_the_watch(write, tmp_path):
    load_config = write(STORM)
    async with open_house(load_config()) as context:
        service = Service(context, load_config, Notifier({}))
        (tmp_path / "config.toml").write_text("", "utf-8")
        await service.reload()
        assert set(service.context.rules) == {"storm"}
        assert "config.toml: there is no source, rule or channel in it any more" in service.refused
