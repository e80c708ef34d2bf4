"""What the coordinator sends, made clean."""

from werkzeug.datastructures import MultiDict

from mra.allocation.forms import ConfirmationForm, ProposalForm


def test_pairs_that_are_no_pairs_are_left_out() -> None:
    form = ConfirmationForm(MultiDict([("pair", "7:8"), ("pair", "x:y"), ("pair", "7"), ("pair", "１:２")]))
    assert form.check()
    assert form.clean["pairs"] == [(7, 8)]


def test_everyone_needs_no_pair() -> None:
    assert ConfirmationForm({"everyone": "yes"}).check()


def test_a_base_is_a_number() -> None:
    form = ProposalForm(MultiDict([("base", "x"), ("base", "3")]))
    assert form.check()
    assert form.clean["base_ids"] == [3]
