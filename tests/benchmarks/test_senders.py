"""Reading answers and sending slowly, over plain sockets."""

import io
import socket
import threading
import time

import pytest
from _senders import HungUp, SlowCrowd, get, post_head, read_answer

ANSWER = b"HTTP/1.1 303 SEE OTHER\r\nSet-Cookie: mra=abc; HttpOnly\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n"


def test_an_answer_is_read_to_its_end_and_no_further() -> None:
    stream = io.BytesIO(ANSWER)
    received = read_answer(stream)
    assert (received.status, received.cookie, received.body) == (303, "mra=abc", b"ok")
    assert stream.readline() == b"HTTP/1.1 200 OK\r\n"


def test_a_connection_that_the_server_closes_is_known_as_such() -> None:
    stream = io.BytesIO(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
    assert read_answer(stream).is_last


def test_silence_is_no_answer() -> None:
    with pytest.raises(HungUp):
        read_answer(io.BytesIO(b""))


def test_an_answer_cut_off_in_its_head_is_no_answer() -> None:
    with pytest.raises(HungUp):
        read_answer(io.BytesIO(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n"))


def test_the_head_of_a_form_tells_the_length_of_its_body() -> None:
    assert b"\r\nContent-Length: 17\r\n" in post_head("/x", 17, cookie="mra=1", sender="10.0.0.1")
    assert get("/x").startswith(b"GET /x HTTP/1.1\r\n")


def test_a_slow_sender_takes_its_time_and_sends_everything() -> None:
    got: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)
        listener = threading.Thread(target=_listen, args=(server, got, 100))
        listener.start()
        crowd = SlowCrowd(server.getsockname()[1], [(b"HEAD\r\n", b"x" * 94)], bytes_per_second=250)
        started = time.perf_counter()
        crowd.begin()
        assert crowd.finish() == [303]
        listener.join(10)
    assert b"".join(got) == b"HEAD\r\n" + b"x" * 94
    assert time.perf_counter() - started >= 0.2


def _listen(server: socket.socket, got: list[bytes], length: int) -> None:
    connection, _address = server.accept()
    with connection:
        connection.settimeout(10)
        while sum(map(len, got)) < length and (part := connection.recv(1024)):
            got.append(part)
        connection.sendall(b"HTTP/1.1 303 SEE OTHER\r\nContent-Length: 0\r\n\r\n")
