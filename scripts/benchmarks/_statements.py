"""The statements that a page sends to the database: how many, how long, and what the planner makes of them."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Engine, event, text

LARGE_TABLE_ROWS = 1_000
LARGE_TABLES = """
    SELECT relname FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND reltuples > :rows
"""


@dataclass
class Statement:
    """One statement as it was sent."""

    sql: str
    parameters: Any
    milliseconds: float = 0.0

    @property
    def words(self) -> str:
        """On one line."""
        return re.sub(r"\s+", " ", self.sql).strip()

    @property
    def table(self) -> str:
        """The table it reads first; what lies between SELECT and FROM can hold a whole query of its own."""
        for words in (self._without_brackets(), self.words):
            found = re.search(r"\b(?:FROM|INTO|UPDATE) (?!AS )(\w+)", words)
            if found:
                return found[1]
        return ""

    def _without_brackets(self) -> str:
        words, before = self.words, ""
        while words != before:
            before, words = words, re.sub(r"\([^()]*\)", "", words)
        return words


@dataclass
class StatementLog:
    """Listens to one engine; `statements` are those since the last `clear()`."""

    engine: Engine
    statements: list[Statement] = field(default_factory=list)

    def __post_init__(self) -> None:
        event.listen(self.engine, "before_cursor_execute", self._begins)
        event.listen(self.engine, "after_cursor_execute", self._ends)

    def clear(self) -> None:
        """Forget what was heard."""
        self.statements = []

    def milliseconds(self) -> float:
        """How long the page waited for the database, all together."""
        return sum(statement.milliseconds for statement in self.statements)

    def _begins(self, _connection: Any, _cursor: Any, sql: str, parameters: Any, *_more: Any) -> None:
        self.statements.append(Statement(sql, parameters))
        self._started = time.perf_counter()

    def _ends(self, *_all: Any) -> None:
        self.statements[-1].milliseconds = (time.perf_counter() - self._started) * 1000


@dataclass(frozen=True)
class Plan:
    """How the database reached the large tables of one statement, and in what time."""

    seq_scan_tables: list[str]
    rows_kept: dict[str, int]
    indexes: list[str]
    milliseconds: float = 0.0


def large_tables(engine: Engine) -> frozenset[str]:
    """Tables in which reading everything would be felt."""
    with engine.connect() as connection:
        return frozenset(connection.scalars(text(LARGE_TABLES), {"rows": LARGE_TABLE_ROWS}))


def plan_of(engine: Engine, statement: Statement, large: frozenset[str]) -> Plan:
    """What EXPLAIN says about a SELECT with the values it was sent with."""
    explain = f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {statement.sql}"
    with engine.connect() as connection:
        explained = connection.exec_driver_sql(explain, statement.parameters).scalar_one()[0]
    milliseconds = explained["Planning Time"] + explained["Execution Time"]
    return replace(read_plan(explained["Plan"], large), milliseconds=round(milliseconds, 2))


def read_plan(plan: dict[str, Any], large: frozenset[str]) -> Plan:
    """The large tables that are read from end to end (and how many of their rows were wanted), and the indexes used."""
    nodes = list(_nodes(plan))
    whole = {
        node["Relation Name"]: node["Actual Rows"] * node["Actual Loops"]
        for node in nodes
        if node["Node Type"] == "Seq Scan" and node["Relation Name"] in large
    }
    return Plan(sorted(whole), whole, sorted({node["Index Name"] for node in nodes if "Index Name" in node}))


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from _nodes(child)
