"""tocsin why: an address's whole way through the ledger."""

import sys
from typing import Any

import click

from daemon.cli.options import open_store
from daemon.cli.output import Output, output_option, print_json, printable
from daemon.jobs.why import ways


@click.command()
@click.argument("url")
@output_option
@click.pass_context
def command(ctx: click.Context, url: str, output: str) -> None:
    """Tell what became of an article, and why.

    URL is its address, with or without what trackers hang on it.
    """
    with open_store(ctx) as store:
        found = store.read_now(lambda conn: ways(conn, url))
    if not found:
        click.echo(f"{url} was never listed by a source that is watched", err=True)
        sys.exit(1)
    if output != Output.TABLE:
        print_json(found, output)
        return
    for way in found:
        _tell(way)


def _tell(way: dict[str, Any]) -> None:
    lines = [way["title"], way["url"], "", f"{way['fate']}: {way['reason']}", ""]
    lines.append(f"  {way['published'] or 'at an unknown time':<26} published")
    lines += [f"  {at:<26} listed by {name}" for name, at in way["listed_by"].items()]
    lines += [f"  {step['at']:<26} {step['fate']}: {step['reason']}" for step in way["steps"]]
    if story := way["story"]:
        lines.append(f"\n  {story['role']} in story {story['id']} «{story['title']}»\n    {story['why']}")
    if missing := way["missing_since"]:
        lines.append(f"\n  its page is missing since {missing}: it counts as withdrawn when that lasts")
    lines += [f"\n  revised {one['at']}, {one['kind']}: {one['reason']}" for one in way["revisions"]]
    for hit in way["hits"]:
        lines.append(f"\n  {hit['rule']} ({hit['severity']}) matched {', '.join(hit['matched'])}")
        lines += [f"    {reason}" for reason in hit["reasons"]]
    for alert in way["alerts"]:
        lines.append(f"\n  alert {alert['key']}: {alert['rule']}, {alert['at']}")
        lines += [f"    {_delivery(sent)}" for sent in alert["deliveries"]]
    click.echo(printable("\n".join(lines)))


def _delivery(sent: dict[str, Any]) -> str:
    what = " (follow-up)" if sent["follow_up"] else ""
    held = f" ({sent['held']})" if sent["held"] else ""
    return f"{sent['channel']}{what}: {sent['state']} {sent['at']}".rstrip() + held
