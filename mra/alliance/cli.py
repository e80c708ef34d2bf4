"""Commands for the reference data."""

from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO

import click

from . import queries, services
from .boundaries import ImportReport, import_boundaries
from .boundary_file import BoundaryFileFault


@click.command("load")
@click.option("--once", is_flag=True, help="Do nothing where municipalities are already loaded.")
def load(once: bool) -> None:
    """Load the municipalities and postal codes of the whole country; may be run again at any time."""
    if once and queries.is_reference_loaded():
        click.echo("reference data: already loaded")
        return
    loaded = services.load_reference()
    click.echo(f"municipalities: {loaded.municipalities}, postal codes: {loaded.postal_codes}")


class WrongFile(click.ClickException):
    """A file that cannot be taken."""

    exit_code = 2


@click.command("import")
@click.argument("file", type=click.File("rb"))
def import_areas(file: BinaryIO) -> None:
    """Replace approximate areas by real boundaries (GeoJSON of 国土数値情報 N03); may be run again at any time."""
    name = Path(file.name).name
    try:
        report = import_boundaries(TextIOWrapper(file, "utf-8-sig"), f"国土数値情報（行政区域） {name}"[:200])
    except BoundaryFileFault as fault:
        raise WrongFile(f"{name}: {fault} Nothing was changed.") from fault
    for line in report_lines(report):
        click.echo(line)


def report_lines(report: ImportReport) -> list[str]:
    """What became of the file, and what is left to do."""
    lines = [f"features: {report.features}, municipalities taken: {report.taken}"]
    parts = {
        "kept as boundaries of the past, not used for today": report.past,
        "not matched, no code": report.without_code,
        "not matched, code unknown": report.unknown,
        "not matched, no usable polygon": report.without_shape,
        "still approximate": report.still_approximate,
    }
    for title, found in parts.items():
        lines.append(f"{title}: {len(found)}")
        lines.extend(f"  {one}" for one in found)
    return lines
