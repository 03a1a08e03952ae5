"""tocsin rules: what is watched for, and what would come of it."""

import asyncio
import os
import sys
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from daemon.cli.options import code, duration, look_up_config, open_store
from daemon.cli.output import Output, Row, counting, output_option, print_json, print_rows
from daemon.cli.tree import as_data, draw
from daemon.config import Config, did_you_mean, left_out
from daemon.errors import ConfigError, NotFoundError
from daemon.match import lacks, wanted
from daemon.model import Article
from daemon.runtime.clock import now

_LISTED = 5


@click.group(name="rules")
def command() -> None:
    """Check, show, test and explain the watch rules."""


@command.command("list")
@output_option
@click.pass_context
def list_rules(ctx: click.Context, output: str) -> None:
    """List the rules with whom they tell."""
    config = look_up_config(ctx)
    rows = [
        {
            "name": rule.name,
            "severity": rule.severity.label,
            "asks": rule.query
            or [*rule.any, *rule.all, *rule.near, *(f"@{name}" for name in rule.entities)]
            or [*rule.sources, *rule.source_tags, *rule.authors, *rule.sections],
            "channels": list(config.reached.get(rule.name, ())),
            "examples": len(rule.tests),
            "enabled": rule.enabled,
        }
        for rule in config.rules
    ]
    print_rows(rows, ["name", "severity", "asks", "channels", "examples", "enabled"], output)


@command.command()
@click.pass_context
def check(ctx: click.Context) -> None:
    """Check that every rule can be asked, and tell what it may miss.

    The exit code is 1 if one cannot. `tocsin rules test` runs the rules' examples.
    """
    config = look_up_config(ctx)
    lacking = lacks(wanted(config.rules, config.entities, config.lists))
    for warning in (*lacking, *left_out(config)):
        click.echo(warning, err=True)
    bare = [rule.name for rule in config.rules if rule.enabled and not rule.tests]
    if bare:
        more = " …" if len(bare) > _LISTED else ""
        click.echo(f"without examples: {', '.join(bare[:_LISTED])}{more}", err=True)
    for entity in config.entities:
        if entity.weak and not entity.context:
            told = "its weak names count only with a year after them, since it has no context"
            click.echo(f"@{entity.name}: {told}", err=True)
    enabled = sum(rule.enabled for rule in config.rules)
    click.echo(f"all {enabled} enabled rules can be asked" if enabled != 1 else "1 enabled rule can be asked")


@command.command()
@click.argument("rule", required=False)
@output_option
@click.pass_context
def test(ctx: click.Context, rule: str | None, output: str) -> None:
    """Run the examples of RULE, or of all enabled rules.

    Examples are a rule's [[rules.tests]]. The exit code is 1 if one does not hold.
    """
    from daemon.runtime.gate import failures  # noqa: PLC0415  heavy, and only needed here
    from daemon.runtime.rehearsal import only, run_examples  # noqa: PLC0415  as above

    config = only(look_up_config(ctx), rule) if rule else look_up_config(ctx)
    examined = asyncio.run(run_examples(config, os.environ))
    problems = failures(config, examined)
    if output != Output.TABLE:
        print_json([_example_row(each) for each in examined], output)
    elif not examined:
        click.echo(f"{f'«{rule}» has' if rule else 'the rules have'} no examples: add [[rules.tests]]")
    else:
        click.echo(f"{len(examined) - len(problems)} of {len(examined)} examples hold")
    if problems:
        raise ConfigError(problems)


@command.command()
@click.argument("rule")
@click.argument("article", metavar="URL|FILE")
@click.option("--language", type=code, help="The article's language, instead of what it says itself.")
@click.option("--source", help="Ask as if this source had listed it.")
@output_option
@click.pass_context
def explain(  # noqa: PLR0913, PLR0917  click's way: one parameter an option
    ctx: click.Context, rule: str, article: str, language: str | None, source: str | None, output: str
) -> None:
    """Show why RULE matches an article or does not, part by part.

    The article is one of the archive, by its address, or a file: a page, or a text with its title on the
    first line («-» reads standard input).
    """
    from daemon.runtime.rehearsal import explain_rule  # noqa: PLC0415  heavy, and only needed here

    config = look_up_config(ctx)
    found = _asked_as(config, _find(ctx, config, article), language, source)
    explanation = asyncio.run(explain_rule(config, rule, found, os.environ))
    if output != Output.TABLE:
        print_json([{"rule": rule, "title": found.title, "url": found.url, **as_data(explanation)}], output)
    else:
        draw(rule, found, explanation)


@command.command()
@click.argument("rule", required=False)
@click.option("--since", default="30d", show_default=True, type=duration, help="How far back to ask.")
@output_option
@click.pass_context
def backtest(ctx: click.Context, rule: str | None, since: timedelta, output: str) -> None:
    """Ask RULE, or all enabled rules, of the stored archive, and tell how often it would have rung.

    «gained» are articles that it matches and that the daemon, with the rule as it ran then, did not match;
    «lost» is the reverse.
    """
    from daemon.cli.chart import tell_all, tell_one  # noqa: PLC0415  heavy, and only needed here
    from daemon.runtime.rehearsal import run_backtest  # noqa: PLC0415  as above

    config = look_up_config(ctx)
    with counting("asking the archive") as progress:
        asked, results = asyncio.run(run_backtest(config, rule, since, progress, os.environ))
    if output != Output.TABLE:
        print_json([{"articles": asked, **result.as_data()} for result in results], output)
    elif rule:
        tell_one(results[0], asked, now(), since)
    else:
        tell_all(results, asked)


def _find(ctx: click.Context, config: Config, named: str) -> Article:
    from daemon.jobs.explain import article_in, stored_article  # noqa: PLC0415  heavy, and only needed here

    if "://" in named:
        tags = {source.name: source.tags for source in config.sources}
        with open_store(ctx) as store:
            return store.read_now(lambda conn: stored_article(conn, named, tags))
    try:
        return article_in(sys.stdin.buffer.read() if named == "-" else Path(named).read_bytes())
    except OSError as error:
        raise NotFoundError(f"{named}: {error.strerror}; give a file, or an address with https://") from None


def _asked_as(config: Config, article: Article, language: str | None, name: str | None) -> Article:
    if name:
        source = next((source for source in config.sources if source.name == name), None)
        if source is None:
            near = did_you_mean(name, [source.name for source in config.sources])
            raise NotFoundError(
                f"there is no source «{name}» in the configuration" + (f"; {near}" if near else "")
            )
        article = replace(
            article,
            source=source.name,
            source_tags=source.tags,
            language=article.language or source.language,
        )
    return replace(article, language=language) if language else article


def _example_row(each: Any) -> Row:
    expected = "match" if each.test.matches else "no match"
    told = asdict(each.test)
    del told["matches"]
    return {
        "rule": each.rule,
        "index": each.index,
        **told,
        "expect": expected,
        "holds": each.holds,
        "why": each.why,
    }
