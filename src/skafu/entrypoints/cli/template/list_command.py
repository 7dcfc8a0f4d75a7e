"""`skafu template list`: the templates of the catalog."""

import click
import msgspec

from skafu.workspace.sources import catalog_names, summary_of


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
def command(*, as_json: bool) -> None:
    """List the templates that come with Skafu; `skafu render NAME` fills one in."""
    summaries = {name: summary_of(name) for name in catalog_names()}
    if as_json:
        entries = [{"name": name, "summary": summary} for name, summary in summaries.items()]
        click.echo(msgspec.json.format(msgspec.json.encode(entries), indent=2))
        return
    width = max(map(len, summaries))
    for name, summary in summaries.items():
        click.echo(f"{name:<{width}}  {summary}")
