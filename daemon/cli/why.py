"""tocsin why: an address's whole way through the ledger."""

import sys
from typing import Any

import click
from sqlalchemy import Connection

from daemon.cli.options import open_store
from daemon.cli.output import Output, output_option, print_json, printable, when
from daemon.dedup import entry_keys
from daemon.model import Entry
from daemon.store import alerts, articles, deliveries, entries, hits, ledger
from daemon.store.entries import StoredEntry


@click.command()
@click.argument("url")
@output_option
@click.pass_context
def command(ctx: click.Context, url: str, output: str) -> None:
    """Tell what became of the article at URL, and why."""
    with open_store(ctx) as store:
        ways = store.read_now(lambda conn: [_way(conn, entry) for entry in _find(conn, url)])
    if not ways:
        click.echo(f"{url} was never listed by a source that is watched", err=True)
        sys.exit(1)
    if output != Output.TABLE:
        print_json(ways, output)
        return
    for way in ways:
        _tell(way)


def _find(conn: Connection, url: str) -> list[StoredEntry]:
    return entries.find(conn, url, [f"url:{entry_keys(Entry(url=url)).url}"])


def _way(conn: Connection, entry: StoredEntry) -> dict[str, Any]:
    article = articles.of_entry(conn, entry.id)
    found = hits.of_article(conn, article.id) if article else []
    rung = alerts.of_article(conn, article.id) if article else []
    return {
        "url": entry.entry.url,
        "title": article.article.title if article else entry.entry.title,
        "fate": entry.fate.value,
        "reason": entry.reason,
        "published": when(entry.entry.published),
        "listed_by": {name: when(at) for name, at in entries.sighted_by(conn, entry.id).items()},
        "steps": [
            {"at": when(step.at), "fate": step.fate.value, "reason": step.reason}
            for step in ledger.history(conn, entry.id)
        ],
        "story": article.story_id if article else None,
        "hits": [
            {
                "rule": stored.hit.rule,
                "severity": stored.severity.label,
                "matched": list(dict.fromkeys(span.text for span in stored.hit.spans)),
                "reasons": list(stored.hit.reasons),
            }
            for stored in found
        ],
        "alerts": [
            {
                "key": alert.key,
                "rule": alert.rule,
                "at": when(alert.created_at),
                "deliveries": [
                    {"channel": sent.channel, "state": sent.state.value, "at": when(sent.sent_at)}
                    for sent in deliveries.of_alert(conn, alert.id)
                ],
            }
            for alert in rung
        ],
    }


def _tell(way: dict[str, Any]) -> None:
    lines = [way["title"], way["url"], "", f"{way['fate']}: {way['reason']}", ""]
    lines.append(f"  {way['published'] or 'at an unknown time':<26} published")
    lines += [f"  {at:<26} listed by {name}" for name, at in way["listed_by"].items()]
    lines += [f"  {step['at']:<26} {step['fate']}: {step['reason']}" for step in way["steps"]]
    for hit in way["hits"]:
        lines.append(f"\n  {hit['rule']} ({hit['severity']}) matched {', '.join(hit['matched'])}")
        lines += [f"    {reason}" for reason in hit["reasons"]]
    for alert in way["alerts"]:
        lines.append(f"\n  alert {alert['key']}: {alert['rule']}, {alert['at']}")
        lines += [
            f"    {sent['channel']}: {sent['state']} {sent['at']}".rstrip() for sent in alert["deliveries"]
        ]
    click.echo(printable("\n".join(lines)))
