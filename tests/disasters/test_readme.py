"""The capability's one page tells the lifecycle as the code has it."""

from pathlib import Path

from mra.disasters import rules


def test_the_drawing_is_the_table() -> None:
    readme = Path(rules.__file__).with_name("README.md").read_text("utf-8")
    assert f"```\n{rules.ACTIVATION.drawing()}\n```" in readme
