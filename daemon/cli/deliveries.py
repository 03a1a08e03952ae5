"""tocsin deliveries: the outbox."""

from functools import partial

import click

from daemon.cli.options import open_store
from daemon.cli.output import Output, Row, output_option, print_json, print_rows, print_text, when
from daemon.model import DeliveryState
from daemon.runtime.clock import now
from daemon.store import claims, deliveries
from daemon.store.deliveries import Delivery
from daemon.store.told import payload_of


@click.group(name="deliveries")
def command() -> None:
    """Show the outbox and what is in it, and send again what was given up."""


@command.command("list")
@click.option("--state", type=click.Choice([state.value for state in DeliveryState]), help="Only these.")
@click.option(
    "--limit", type=click.IntRange(1), default=50, show_default=True, help="How many, latest first."
)
@output_option
@click.pass_context
def list_deliveries(ctx: click.Context, state: str | None, limit: int, output: str) -> None:
    """List deliveries, latest first."""
    wanted = DeliveryState(state) if state else None
    with open_store(ctx) as store:
        found = store.read_now(lambda conn: deliveries.page(conn, limit=limit, state=wanted))
    columns = ["id", "state", "channel", "title", "attempts", "outcome", "held", "next_attempt_at"]
    print_rows([_row(delivery) for delivery in found], columns, output)


@command.command()
@click.argument("delivery_id", metavar="ID", type=int)
@output_option
@click.pass_context
def show(ctx: click.Context, delivery_id: int, output: str) -> None:
    """Show one delivery, with the very message that was or will be sent.

    In a digest it is the digest's.
    """
    with open_store(ctx) as store:
        delivery = store.read_now(lambda conn: deliveries.get(conn, delivery_id))
        message = store.read_now(lambda conn: claims.digest_of(conn, delivery)) or delivery.message
    row = {**_row(delivery), "message": payload_of(message)}
    if output != Output.TABLE:
        print_json([row], output)
        return
    facts = [f"{name.replace('_', ' ')}: {value}" for name, value in _row(delivery).items() if value]
    headers = [f"{name}: {value}" for name, value in message.headers.items()]
    print_text("\n".join([*facts, "", *headers, f"Title: {message.title}", "", message.text]))
    if message.html:
        click.echo("\nIts HTML part: tocsin deliveries show -o json", err=True)


@command.command()
@click.argument("ids", nargs=-1, type=int)
@click.option("--dead", is_flag=True, help="Every delivery that was given up.")
@click.pass_context
def retry(ctx: click.Context, ids: tuple[int, ...], *, dead: bool) -> None:
    """Send deliveries again, at once: those with these IDS, or all that are dead."""
    if bool(ids) == dead:
        raise click.UsageError("name deliveries by their numbers, or give --dead")
    with open_store(ctx) as store:
        if dead:
            page = store.read_now(lambda conn: deliveries.page(conn, limit=100_000, state=DeliveryState.DEAD))
            ids = tuple(delivery.id for delivery in page)
        for delivery_id in ids:
            again = store.write_now(partial(deliveries.retry, delivery_id=delivery_id, now=now()))
            click.echo(f"{again.id}: due now for {again.channel}")
    click.echo(f"{len(ids)} to be sent; a running daemon takes them within a second", err=True)


def _row(delivery: Delivery) -> Row:
    return {
        "id": delivery.id,
        "state": delivery.state.value,
        "channel": delivery.channel,
        "title": delivery.message.title,
        "attempts": delivery.attempts,
        "outcome": " ".join(filter(None, [delivery.outcome_kind, delivery.outcome_detail])),
        "held": delivery.reason,
        "digest": delivery.digest_id,
        "receipt": delivery.receipt,
        "maybe_duplicate": delivery.unknown,
        "next_attempt_at": when(delivery.next_attempt_at),
        "sent_at": when(delivery.sent_at),
        "alert": delivery.message.key,
    }
