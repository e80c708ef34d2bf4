"""The page about this capability tells the truth."""

from pathlib import Path

from mra.vehicles import services
from mra.vehicles.extending import EXTENSION
from mra.vehicles.rules import VEHICLE


def test_the_drawing_is_the_table_of_moves() -> None:
    readme = (Path(services.__file__).parents[1] / "README.md").read_text()
    assert f"## vehicle\n\n```\n{VEHICLE.drawing()}\n```\n" in readme
    assert f"### inspection_extension\n\n```\n{EXTENSION.drawing()}\n```\n" in readme
