"""The package's README tells the truth about the lifecycle."""

from pathlib import Path

from mra.messaging.rules import MESSAGE


def test_the_drawing_in_the_readme_is_the_table() -> None:
    readme = (Path(__file__).parents[2] / "mra" / "messaging" / "README.md").read_text()
    drawing = readme.split("## message\n\n```\n")[1].split("\n```")[0]
    assert drawing == MESSAGE.drawing()
