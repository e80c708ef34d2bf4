"""Commands for the reference data."""

from pathlib import Path

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
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_areas(file: Path) -> None:
    """Replace approximate areas by real boundaries (GeoJSON of 国土数値情報 N03); may be run again at any time."""
    with file.open(encoding="utf-8-sig") as opened:
        try:
            report = import_boundaries(opened, f"国土数値情報（行政区域） {file.name}"[:200])
        except BoundaryFileFault as fault:
            raise WrongFile(f"{file.name}: {fault} Nothing was changed.") from fault
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
