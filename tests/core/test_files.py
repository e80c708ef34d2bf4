"""Files that people hand in."""

from mra.core import files


def test_the_same_content_handed_in_twice_is_kept_once(session: None, story_time: object) -> None:
    first = files.store(b"%PDF-1.7 signed", "application/pdf")
    again = files.store(b"%PDF-1.7 signed", "application/pdf")
    assert again.id == first.id
    assert again.content == b"%PDF-1.7 signed"
    assert files.store(b"another", "application/pdf").id != first.id
