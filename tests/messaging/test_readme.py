"""The package's README tells the truth about the lifecycle."""

from pathlib import Path

import pytest

from mra.core.lifecycle import Lifecycle
from mra.messaging.inbound.rules import INBOUND, SUPPRESSION
from mra.messaging.rules import MESSAGE


@pytest.mark.parametrize("lifecycle", [MESSAGE, INBOUND, SUPPRESSION])
def test_the_drawing_in_the_readme_is_the_table(lifecycle: Lifecycle) -> None:
    readme = (Path(__file__).parents[2] / "mra" / "messaging" / "README.md").read_text()
    drawing = readme.split(f"## {lifecycle.subject}\n\n```\n")[1].split("\n```")[0]
    assert drawing == lifecycle.drawing()
