"""Counting statements and reading plans."""

from _statements import Statement, StatementLog, read_plan
from sqlalchemy import NullPool, create_engine, text

PLAN = {
    "Node Type": "Limit",
    "Plans": [
        {
            "Node Type": "Nested Loop",
            "Plans": [
                {"Node Type": "Seq Scan", "Relation Name": "applications", "Actual Rows": 3, "Actual Loops": 2},
                {"Node Type": "Seq Scan", "Relation Name": "bases", "Actual Rows": 3, "Actual Loops": 1},
                {"Node Type": "Index Scan", "Relation Name": "requests", "Index Name": "ix_requests_order"},
            ],
        }
    ],
}


def test_a_large_table_read_from_end_to_end_is_named() -> None:
    plan = read_plan(PLAN, frozenset({"applications", "requests"}))
    assert plan.seq_scan_tables == ["applications"]
    assert plan.rows_kept == {"applications": 6}


def test_small_tables_may_be_read_from_end_to_end() -> None:
    assert read_plan(PLAN, frozenset({"requests"})).seq_scan_tables == []


def test_the_indexes_of_a_plan_are_named() -> None:
    assert read_plan(PLAN, frozenset()).indexes == ["ix_requests_order"]


def test_a_statement_is_named_after_the_table_it_reads_and_not_after_one_inside_it() -> None:
    nested = Statement(
        "SELECT a.id, EXISTS (SELECT 1 FROM offers WHERE offers.id = lower(a.x)) AS z\nFROM applications AS a", {}
    )
    assert nested.table == "applications"


def test_a_statement_over_a_query_is_named_after_the_table_of_that_query() -> None:
    assert Statement("SELECT x FROM (SELECT x FROM vehicles) AS anon_1", {}).table == "vehicles"


def test_the_log_counts_what_is_sent_since_it_was_cleared(database_url: str) -> None:
    engine = create_engine(database_url, poolclass=NullPool)
    log = StatementLog(engine)
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        log.clear()
        connection.execute(text("SELECT 2"))
        connection.execute(text("SELECT 3"))
    assert [statement.words for statement in log.statements] == ["SELECT 2", "SELECT 3"]
