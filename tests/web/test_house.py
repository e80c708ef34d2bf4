"""The firm points of the house, read out of its source: who commits, who changes a status, how it says no."""

import ast
import re
import string
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import check
from sqlalchemy import text

from mra.core.actor import SYSTEM
from mra.core.audit import move
from mra.core.config import Settings
from mra.core.db import Base, db
from mra.core.lifecycle import Lifecycle
from mra.disasters.rules import ActivationStatus
from mra.messaging.rules import SUBJECT_PAGES, subject_page
from mra.web import registry, schedule
from tests import factories

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "mra"


@cache
def modules() -> tuple[tuple[str, ast.Module], ...]:
    """Every module of the package with its path, read once."""
    files = ((file.relative_to(ROOT).as_posix(), file) for file in sorted(PACKAGE.rglob("*.py")))
    return tuple((path, ast.parse(file.read_text(), path)) for path, file in files)


def found(*kinds: type[ast.AST], outside: tuple[str, ...] = ()) -> Iterator[tuple[str, ast.AST]]:
    """Every node of these kinds with its place."""
    for path, tree in modules():
        if path.startswith(outside or ("-",)):
            continue
        for node in ast.walk(tree):
            if isinstance(node, kinds):
                yield f"{path}:{getattr(node, 'lineno', 0)}", node


def called(node: ast.AST) -> str:
    """The last part of the name that a call calls."""
    function = node.func if isinstance(node, ast.Call) else None
    return getattr(function, "attr", None) or getattr(function, "id", "")


class TestTransactions:
    def test_only_the_shell_commits(self) -> None:
        # A savepoint is `begin_nested` in a with block; nothing else ends a transaction in a capability.
        calls = found(ast.Call, outside=("mra/web/",))
        assert not [place for place, node in calls if called(node) in {"commit", "rollback"}]

    def test_only_move_and_begin_set_a_status(self) -> None:
        set_here = []
        for place, node in found(ast.Assign, ast.AnnAssign, ast.AugAssign, outside=("mra/core/audit.py",)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]  # type: ignore[attr-defined]
            set_here += [place for one in targets if isinstance(one, ast.Attribute) and one.attr == "status"]
        assert not set_here

    def test_no_statement_writes_a_status_past_the_audit(self) -> None:
        writes = [
            place
            for place, node in found(ast.Call)
            if called(node) == "values" and isinstance(node, ast.Call) and any(k.arg == "status" for k in node.keywords)
        ]
        assert not writes

    def test_the_guard_sees_a_status_that_changed_outside_move(self, session: None) -> None:
        activation = factories.activation()
        activation.status = ActivationStatus.CLOSED
        with pytest.raises(AssertionError, match="outside move"):
            db.session.flush()
        db.session.rollback()

    def test_the_guard_lets_a_move_pass(self, session: None) -> None:
        activation = factories.activation()
        move(activation, "wind_down", by=SYSTEM)
        db.session.flush()
        db.session.expire(activation)
        assert activation.status is ActivationStatus.WINDING_DOWN


class TestRefusals:
    def test_every_refusal_has_its_sentence(self) -> None:
        missing = {f"{place} {code}" for place, code, _facts in refusals() if code not in registry.REFUSALS}
        assert not missing

    def test_every_sentence_gets_the_facts_it_names(self) -> None:
        for place, code, facts in refusals():
            if facts is not None:
                named = placeholders(registry.REFUSALS[code])
                assert named <= facts, f"{place} {code}: the sentence names {named - facts}"

    def test_every_sentence_is_one_a_person_can_act_on(self) -> None:
        for code, sentence in registry.REFUSALS.items():
            assert sentence.format(**dict.fromkeys(placeholders(sentence), "…")).endswith("。"), code
            assert not re.search(r"エラー|不正|！|!", sentence), code

    def test_no_sentence_waits_for_a_refusal_that_nobody_raises(self) -> None:
        told = set(registry.SHELL_REFUSALS) | set(registry.CONSTRAINTS.values())
        written = [
            node.value
            for _, node in found(ast.Constant)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
        unused = {code for code in registry.REFUSALS if code not in told and written.count(code) < 2}
        assert not unused

    def test_no_two_capabilities_give_one_code_two_meanings(self) -> None:
        sentences: dict[str, set[str]] = {}
        for rules in registry.RULES:
            for code, sentence in rules.REFUSALS.items():
                sentences.setdefault(code, set()).add(sentence)
        assert not {code: said for code, said in sentences.items() if len(said) > 1}

    def test_every_constraint_of_the_language_exists(self, app: Flask, session: None) -> None:
        rows = db.session.execute(text("SELECT conname FROM pg_constraint UNION SELECT indexname FROM pg_indexes"))
        assert set(registry.CONSTRAINTS) <= set(rows.scalars())

    def test_every_constraint_has_its_sentence(self) -> None:
        assert set(registry.CONSTRAINTS.values()) <= set(registry.REFUSALS)


# Whose events a capability writes besides its own.
ALSO_WRITES = {
    "allocation": ("disasters", "applications"),
    "desk": ("applications",),
    "donations": ("vehicles",),
    "loans": ("applications",),
    "story": ("applications", "disasters", "loans", "messaging", "allocation"),
    "supply": ("disasters",),
    "upkeep": ("vehicles",),
}


class TestWhatHappened:
    def test_every_event_has_its_words(self) -> None:
        words: dict[str, set[str]] = {}
        for capability, lifecycle in lifecycles():
            words.setdefault(capability, set()).update(lifecycle.told)
        wordless = []
        for place, node in found(ast.Call, outside=("mra/core/",)):
            action = told_action(node)
            capability = place.split("/")[1]
            written = (capability, *ALSO_WRITES.get(capability, ()))
            if action and not any(action in words.get(one, ()) for one in written):
                wordless.append(f"{place} {action}")
        assert not wordless

    def test_words_are_japanese(self) -> None:
        spoken = [(lifecycle.subject, words) for _, lifecycle in lifecycles() for words in lifecycle.told.values()]
        assert not [one for one in spoken if not re.search(r"[ぁ-んァ-ヶ一-龠]", one[1])]

    def test_every_message_leads_to_what_it_is_about(self, app: Flask) -> None:
        # What somebody wrote to us stands on the page of replies; an account has no page of its own.
        without_page = {"inbound_message", "user"}
        about = {one for one, _ in subject_kinds()} - without_page
        assert about <= set(SUBJECT_PAGES), about - set(SUBJECT_PAGES)
        addresses = app.url_map.bind("")
        assert all(addresses.test(subject_page(kind, 7), "GET") for kind in SUBJECT_PAGES)


def told_action(node: ast.AST) -> str | None:
    """The action that a call writes into the history, where it stands there in so many letters."""
    if not isinstance(node, ast.Call) or called(node) not in {"note", "move", "move_all", "move_or_refuse"}:
        return None
    action = node.args[1] if len(node.args) > 1 else None
    return action.value if isinstance(action, ast.Constant) and isinstance(action.value, str) else None


def subject_kinds() -> Iterator[tuple[str, str]]:
    """What messages are about, as it is written where they are promised; names stand for constants of the same file."""
    for path, tree in modules():
        constants = {
            one.targets[0].id: one.value.value
            for one in tree.body
            if isinstance(one, ast.Assign)
            and isinstance(one.targets[0], ast.Name)
            and isinstance(one.value, ast.Constant)
        }
        for node in ast.walk(tree):
            pairs: list[tuple[object, ast.AST]] = []
            if isinstance(node, ast.Dict):
                pairs = [
                    (one.value, value)
                    for one, value in zip(node.keys, node.values, strict=True)
                    if isinstance(one, ast.Constant)
                ]
            elif isinstance(node, ast.Call) and called(node) in {"promise_text", "promise_email"}:
                pairs = [(one.arg, one.value) for one in node.keywords]
            for name, value in pairs:
                if name != "subject_kind":
                    continue
                kind = value.value if isinstance(value, ast.Constant) else constants.get(getattr(value, "id", ""))
                if kind:
                    yield str(kind), path


def refusals() -> Iterator[tuple[str, str, set[str] | None]]:
    """Where a refusal is written with its code, and the facts given (None: they are gathered elsewhere)."""
    for place, node in found(ast.Call):
        assert isinstance(node, ast.Call)
        position = {"Refused": 0, "move_or_refuse": 2}.get(called(node))
        if position is None or len(node.args) <= position:
            continue
        code = node.args[position]
        if isinstance(code, ast.Constant) and isinstance(code.value, str):
            facts = {keyword.arg for keyword in node.keywords}
            gathered = None in facts or called(node) == "move_or_refuse"
            yield place, code.value, None if gathered else {name for name in facts if name}


def placeholders(sentence: str) -> set[str]:
    """The facts that a sentence names."""
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def lifecycles() -> list[tuple[str, Lifecycle]]:
    """Every lifecycle of the house with the capability that owns it."""
    owners = {}
    for mapper in Base.registry.mappers:
        lifecycle = getattr(mapper.class_, "lifecycle", None)
        if lifecycle is not None:
            owners[lifecycle.subject] = (mapper.class_.__module__.split(".")[1], lifecycle)
    return sorted(owners.values(), key=lambda one: one[1].subject)


class TestDocuments:
    @pytest.mark.parametrize(("capability", "lifecycle"), lifecycles(), ids=lambda one: getattr(one, "subject", one))
    def test_the_drawing_in_the_readme_is_the_table(self, capability: str, lifecycle: Lifecycle) -> None:
        readme = (PACKAGE / capability / "README.md").read_text()
        named = rf"^#+ .*\b{lifecycle.subject}\b.*\n+```\n|^```{lifecycle.subject}\n"
        drawing = re.escape(lifecycle.drawing())
        assert re.search(rf"(?:{named}){drawing}\n```", readme, re.MULTILINE), lifecycle.drawing()

    @pytest.mark.parametrize(
        "capability",
        sorted(one.name for one in PACKAGE.iterdir() if (one / "views.py").exists() or (one / "views").is_dir()),
    )
    def test_every_capability_with_pages_tells_what_it_owns(self, capability: str) -> None:
        assert (PACKAGE / capability / "README.md").is_file()

    def test_every_setting_is_named_in_the_readme(self) -> None:
        readme = (ROOT / "README.md").read_text()
        names = {item.metadata["name"] for item in Settings.__dataclass_fields__.values()}
        assert not {name for name in names if f"`{name}`" not in readme}

    def test_the_readme_names_no_setting_that_is_gone(self) -> None:
        readme = (ROOT / "README.md").read_text()
        names = {item.metadata["name"] for item in Settings.__dataclass_fields__.values()}
        assert set(re.findall(r"`((?:MRA|TWILIO)_[A-Z_]+)`", readme)) <= names

    def test_no_migration_is_missing(self, app: Flask) -> None:
        with app.app_context():
            check()

    def test_every_periodic_job_says_why(self) -> None:
        assert all(entry.why and entry.seconds >= 1 for entry in schedule.ENTRIES)
        assert len({entry.name for entry in schedule.ENTRIES}) == len(schedule.ENTRIES)


class TestFiles:
    def test_no_file_is_too_long_to_read_in_a_sitting(self) -> None:
        long = {
            path.relative_to(ROOT).as_posix()
            for path in PACKAGE.rglob("*.py")
            if len(path.read_text().splitlines()) > 400
        }
        assert not long

    def test_nothing_is_called_by_a_name_that_says_nothing(self) -> None:
        vague = {"utils", "helpers", "common", "misc", "manager"}
        assert not [path for path in PACKAGE.rglob("*") if path.stem in vague]

    def test_the_test_bed_mocks_nothing_of_ours(self) -> None:
        assert not [
            path
            for path in (ROOT / "tests").rglob("*.py")
            if re.search(r"^\s*(?:from|import) unittest\.mock", path.read_text(), re.M)
        ]
