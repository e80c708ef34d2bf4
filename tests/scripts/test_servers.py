"""The private PostgreSQL and Redis: started once, found again, stopped, and gone without a trace."""

import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import redis
from provision.postgres import EXTENSIONS, FOR_KEEPING, FOR_TESTS, POSTGRES_USER, SOCKET, PrivatePostgres
from provision.running import command_line
from provision.servers import ServerSet
from provision.settings import Addresses
from provision.trouble import Trouble

Checkout = Callable[[str], "subprocess.Popen[str]"]


@pytest.fixture
def servers(tmp_path: Path, server_programs: None) -> Iterator[ServerSet]:
    server_set = ServerSet(tmp_path / "set", FOR_TESTS, keep=True)
    yield server_set
    server_set.remove()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerSet]:
    """One set for the tests that only look at it."""
    server_set = ServerSet(tmp_path_factory.mktemp("running"), FOR_TESTS, keep=True)
    yield server_set
    server_set.remove()


def connect(addresses: Addresses) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(addresses.database_url.replace("+psycopg", ""), autocommit=True)


def process_ids(servers: ServerSet) -> list[int | None]:
    return [servers.postgres.pid(), servers.redis.pid()]


class TestPrivateServers:
    def test_data_outlives_a_stop_and_a_second_start(self, servers: ServerSet) -> None:
        addresses = servers.start()
        with connect(addresses) as database, redis.from_url(addresses.redis_url) as queue:
            database.execute("CREATE TABLE kept AS SELECT ST_Point(130.7, 32.8)::geography AS place")
            queue.set("kept", "yes")
        servers.stop()
        assert process_ids(servers) == [None, None]

        addresses = servers.start()
        with connect(addresses) as database, redis.from_url(addresses.redis_url) as queue:
            assert database.execute("SELECT count(*) FROM kept").fetchone() == (1,)
            assert queue.get("kept") == b"yes"

    def test_starting_twice_keeps_the_running_processes(self, running: ServerSet, server_programs: None) -> None:
        first = running.start()
        begun = process_ids(running)
        again = ServerSet(running.home, FOR_TESTS, keep=True)
        assert again.start() == first
        assert process_ids(again) == begun

    def test_a_new_database_has_the_extensions_without_a_superuser(
        self, running: ServerSet, server_programs: None
    ) -> None:
        addresses = running.start()
        with connect(addresses) as database:
            database.execute("CREATE DATABASE another")
        another = Addresses(addresses.database_url.replace("/mra?", "/another?"), addresses.redis_url)
        with connect(another) as database:
            names = {name for (name,) in database.execute("SELECT extname FROM pg_extension")}
            role = database.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
        assert set(EXTENSIONS) <= names
        assert role == (False,)

    def test_no_process_list_shows_a_password(self, running: ServerSet, server_programs: None) -> None:
        addresses = running.start()
        secrets = [url.partition("//")[2].partition("@")[0].partition(":")[2] for url in vars(addresses).values()]
        for pid in process_ids(running):
            assert pid is not None
            assert not any(secret in command_line(pid) for secret in secrets)

    def test_removal_leaves_neither_process_nor_file(self, servers: ServerSet) -> None:
        servers.start()
        running = [pid for pid in process_ids(servers) if pid]
        servers.remove()
        assert not servers.home.exists()
        assert [command_line(pid) for pid in running] == ["", ""]

    def test_a_start_that_fails_leaves_no_server_behind(self, tmp_path: Path, server_programs: None) -> None:
        servers = ServerSet(tmp_path / "set", {"shared_buffers": "nonsense"}, keep=False)
        with pytest.raises(Trouble, match="PostgreSQL does not start"):
            servers.start()
        assert process_ids(servers) == [None, None]
        servers.remove()

    def test_a_half_made_cluster_is_made_anew(self, servers: ServerSet) -> None:
        """On the first run the power went between making the folder and finishing the database."""
        servers.start()
        servers.stop()
        facts = servers.postgres.facts_file
        facts.write_text(facts.read_text().replace('"made": "yes"', '"unfinished": "yes"'))
        with connect(servers.start()) as database:
            assert database.execute("SELECT 1").fetchone() == (1,)


def test_a_deep_checkout_gets_a_short_socket(tmp_path: Path, server_programs: None) -> None:
    home = tmp_path / ("deep-" * 12) / ("deeper-" * 10)
    servers = ServerSet(home, FOR_TESTS, keep=False)
    try:
        with connect(servers.start()) as database:
            folder = Path(database.info.host)
            assert len(os.fsencode(folder / SOCKET)) <= 107
            assert folder.stat().st_mode & 0o077 == 0
    finally:
        servers.remove()
    assert not folder.exists()


@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("runuser") is None, reason="only root becomes another user")
def test_root_without_namespaces_runs_it_as_postgres(tmp_path: Path, server_programs: None) -> None:
    """The folder below is closed to `postgres`, as a checkout in /root is."""
    tmp_path.chmod(0o700)
    server = PrivatePostgres(tmp_path / "set", FOR_TESTS, mode=POSTGRES_USER)
    try:
        server.start()
        server.stop()
        server.start()
        with connect(Addresses(server.url(), "")) as database:
            base = Path(database.info.host).parent
        assert base.owner() == "postgres"
    finally:
        server.remove()
    assert not base.exists()


def test_given_servers_are_used_and_none_is_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://someone@elsewhere/mra")
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere/0")
    servers = ServerSet(tmp_path / "set", FOR_KEEPING, keep=True)
    assert servers.start() == Addresses("postgresql+psycopg://someone@elsewhere/mra", "redis://elsewhere/0")
    assert not servers.home.exists()


class TestSharing:
    def test_the_last_command_out_stops_the_demo_servers(self, checkout: Checkout) -> None:
        first = checkout(
            "from provision.servers import demo_servers, demo_set\n"
            "def running(): print(demo_set().postgres.pid() is not None, demo_set().redis.pid() is not None)\n"
            "with demo_servers() as one:\n"
            "    with demo_servers() as two:\n"
            "        assert one == two\n"
            "    running()\n"
            "running()\n"
        )
        said, _ = first.communicate(timeout=60)
        assert said.splitlines() == ["True True", "False False"]

    def test_servers_of_a_killed_command_are_swept_up(self, checkout: Checkout, tmp_path: Path) -> None:
        killed = checkout(
            "import time\n"
            "from provision.servers import throw_away_servers\n"
            "with throw_away_servers():\n"
            "    print('up', flush=True)\n"
            "    time.sleep(60)\n"
        )
        assert killed.stdout is not None
        assert killed.stdout.readline() == "up\n"
        killed.kill()
        killed.wait()
        (home,) = (tmp_path / "var").glob("throw-away-*")
        abandoned = ServerSet(home, FOR_TESTS, keep=False)
        assert None not in process_ids(abandoned)

        checkout("from provision.servers import sweep_up; sweep_up()").communicate(timeout=60)
        assert not home.exists()

    def test_a_stop_signal_takes_the_servers_along(self, checkout: Checkout, tmp_path: Path) -> None:
        stopped = checkout(
            "import sys, time\n"
            "from provision.servers import throw_away_servers\n"
            "from provision.trouble import guarded\n"
            "def work(_words):\n"
            "    with throw_away_servers():\n"
            "        print('up', flush=True)\n"
            "        time.sleep(60)\n"
            "sys.exit(guarded(work))\n"
        )
        assert stopped.stdout is not None
        assert stopped.stdout.readline() == "up\n"
        stopped.send_signal(signal.SIGTERM)
        assert stopped.wait(30) == 128 + signal.SIGTERM
        assert list((tmp_path / "var").glob("throw-away-*")) == []
