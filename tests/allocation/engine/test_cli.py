"""`mra allocate-file`: a file in, a plan out, or one line that says what to mend."""

import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from mra.allocation.cli import allocate_file
from tests.allocation.engine.documents import example

PLAN = {
    # 5 km (50), two spare seats (100), all-wheel drive that nobody asked for (200)
    "assignments": [{"request": "A1", "vehicle": "V1", "cost": 350, "distance_km": 5.4}],
    "unserved": [],
    "contested_sets": [],
    "total_cost": 350,
}


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "scenario.json"
    path.write_text(json.dumps(example()))
    return path


def run(*arguments, **options):
    return CliRunner().invoke(allocate_file, [str(argument) for argument in arguments], **options)


def test_the_plan_is_printed(file):
    result = run(file)
    assert (result.exit_code, json.loads(result.stdout), result.stderr) == (0, PLAN, "")


def test_the_plan_is_written_to_the_file_asked_for(file, tmp_path):
    result = run(file, "--output", tmp_path / "plan.json")
    assert (result.exit_code, result.output) == (0, "")
    assert json.loads((tmp_path / "plan.json").read_text()) == PLAN
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plan.json", "scenario.json"]


def test_the_scenario_may_come_from_standard_input(file):
    assert run("-", input=file.read_bytes()).stdout == run(file).stdout


def test_the_plan_may_go_to_a_device(file):
    assert run(file, "--output", os.devnull).exit_code == 0


def test_names_in_japanese_stay_readable(file):
    document = example()
    document["requests"][0]["id"] = "輪島-1"
    assert "輪島-1" in run("-", input=json.dumps(document)).stdout


@pytest.mark.parametrize("spoil", [{"seats": True}, {"id": "two\nlines", "colour\n": 1}, {"vehicle_class": "tank\n"}])
def test_bad_input_gives_one_line_and_leaves_no_file(spoil, tmp_path):
    document = example()
    document["vehicles"][0] |= spoil
    target = tmp_path / "plan.json"
    target.write_text("the plan of yesterday")
    result = run("-", "--output", target, input=json.dumps(document))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Error: $.vehicles[0]")
    assert result.stderr.count("\n") == 1
    assert target.read_text() == "the plan of yesterday"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_scenario_that_does_not_exist_is_named(tmp_path):
    result = run(tmp_path / "missing.json")
    assert result.exit_code == 2
    assert result.stderr == f"Error: {tmp_path}/missing.json: No such file or directory\n"


def test_a_folder_that_does_not_exist_is_named(file, tmp_path):
    result = run(file, "--output", tmp_path / "nowhere" / "plan.json")
    assert result.exit_code == 2
    assert result.stderr == f"Error: {tmp_path}/nowhere/plan.json: No such file or directory\n"


def test_the_engine_needs_neither_web_nor_database(file):
    program = (
        "import sys\n"
        "from mra.allocation.cli import allocate_file\n"
        "allocate_file([sys.argv[1]], standalone_mode=False)\n"
        "heavy = {'flask', 'sqlalchemy', 'psycopg'} & set(sys.modules)\n"
        "inside = {name for name in sys.modules if name.startswith('mra.')}\n"
        "assert not heavy, heavy\n"
        "assert all(name.startswith('mra.allocation') for name in inside), inside\n"
    )
    done = subprocess.run([sys.executable, "-c", program, file], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == PLAN
