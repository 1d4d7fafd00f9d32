"""`docengine models`: the model bundles that --model can name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from docengine.cli.terminal import printable, to_json
from docengine.errors import BundleCorrupt, BundleError


@click.command("models")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a bundle, one a line.")
def command(as_json: bool) -> None:
    """List the model bundles found here.

    They are the one inside the package, and those in $DOCENGINE_HOME/models. The default is the one inside the
    package, or what $DOCENGINE_MODEL names. Every file is compared with its hash; exit code 3 says that a bundle is
    broken.

    \b
    Examples:
      docengine models
      docengine models --json
    """
    found = list(describe_all())
    for bundle in found:
        click.echo(to_json(bundle)) if as_json else _print(bundle)
    if not found:
        click.echo("no model bundles found", err=True)
    broken = [bundle["error"] for bundle in found if bundle["error"]]
    if broken:
        raise BundleCorrupt(broken[0])


def describe_all() -> Iterator[dict[str, Any]]:
    """What is known of each bundle; one that cannot be used has an `error`."""
    from docengine.engine.bundle import candidates

    known = candidates()
    named = os.environ.get("DOCENGINE_MODEL")
    if named and named not in known:
        known = {named: Path(named), **known}
    for name, path in known.items():
        yield {"name": name, "path": str(path), "default": name == (named or "default"), **_describe(path)}


def _describe(path: Path) -> dict[str, Any]:
    from docengine.engine.bundle import read_bundle

    try:
        bundle = read_bundle(path)
    except BundleError as error:
        return {"error": str(error)}
    manifest = bundle.manifest
    return {
        "identity": bundle.identity,
        "size": bundle.size,
        "precision": manifest.get("precision"),
        "languages": manifest.get("trained_languages") or manifest.get("languages") or [],
        "fields": [spec.name for spec in bundle.schema],
        "parameters": manifest.get("parameters"),
        "error": None,
    }


def _print(bundle: dict[str, Any]) -> None:
    star = " (default)" if bundle["default"] else ""
    click.echo(printable(f"{bundle['name']}{star}  {bundle['path']}"))
    if bundle["error"]:
        click.echo(printable(f"  broken: {bundle['error']}"))
        return
    click.echo(printable(f"  {bundle['identity']}  {bundle['size'] / 2**20:.1f} MiB  {bundle['precision']}"))
    click.echo(printable(f"  languages: {' '.join(bundle['languages'])}"))
    click.echo(printable(f"  fields: {' '.join(bundle['fields'])}"))
