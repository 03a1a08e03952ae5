"""tocsin why: an address's, or an alert's, whole way through the ledger."""

from typing import Any

import click

from daemon.cli.options import open_store
from daemon.cli.output import Output, output_option, print_json, print_text
from daemon.errors import NotFoundError
from daemon.jobs.explain import never_listed
from daemon.jobs.why import alert_way, ways


@click.command()
@click.argument("url", required=False)
@click.option("--alert", metavar="KEY", help="Tell an alert's way, from publication to each delivery.")
@output_option
@click.pass_context
def command(ctx: click.Context, url: str | None, alert: str | None, output: str) -> None:
    """Tell what became of an article, or of an alert, and why.

    URL is the article's address, with or without its scheme and what trackers hang on it.
    """
    if alert is not None and url is None:
        with open_store(ctx) as store:
            told = store.read_now(lambda conn: alert_way(conn, alert))
        if output == Output.TABLE:
            _tell_alert(told)
        else:
            print_json([told], output)
        return
    if url is None or alert is not None:
        raise click.UsageError("give an article's address, or an alert's key with --alert")
    with open_store(ctx) as store:
        found = store.read_now(lambda conn: ways(conn, url))
    if not found:
        raise NotFoundError(never_listed(url))
    if output != Output.TABLE:
        print_json(found, output)
        return
    for way in found:
        _tell(way)


def _tell_alert(way: dict[str, Any]) -> None:
    lines = [way["title"], way["url"], "", f"alert {way['key']}: {way['rule']} ({way['severity']})", ""]
    lines += [f"  {step['at']:<26} {step['what']}" for step in way["steps"]]
    print_text("\n".join(lines))


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
        if alert["muted"]:
            later = f"; told after all {alert['told_after_all']}" if alert["told_after_all"] else ""
            lines.append(f"    {alert['muted']}{later}")
        lines += [f"    {_delivery(sent)}" for sent in alert["deliveries"]]
    print_text("\n".join(lines))


def _delivery(sent: dict[str, Any]) -> str:
    what = " (follow-up)" if sent["follow_up"] else ""
    held = f" ({sent['held']})" if sent["held"] else ""
    return f"{sent['channel']}{what}: {sent['state']} {sent['at']}".rstrip() + held
