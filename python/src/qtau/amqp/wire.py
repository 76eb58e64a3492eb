"""Frames over a socket, behind TLS or not, and the login in front of them (part 2 and 5).

Outgoing frames gather until they are flushed: what is sent together shares system calls.
"""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import struct
import time
from dataclasses import dataclass
from typing import Any, NamedTuple

from qtau.amqp import types
from qtau.amqp.errors import ConnectionLost, LoginRefused

_SASL_HEADER = b"AMQP\x03\x01\x00\x00"
_AMQP_HEADER = b"AMQP\x00\x01\x00\x00"
_AMQP, _SASL = 0, 1
_MECHANISMS, _INIT, _OUTCOME = 0x40, 0x41, 0x44
_FLUSH_BYTES = 256 * 1024
_READ_BYTES = 256 * 1024
_LARGEST_FRAME = 64 * 1024 * 1024
_WRITE_PATIENCE_S = 30.0


@dataclass(frozen=True)
class Endpoint:
    """Where a peer listens; with TLS its certificate is for `certified`, by `ca_file`."""

    host: str
    port: int
    tls: bool = False
    certified: str | None = None
    ca_file: str | None = None


@dataclass(frozen=True, repr=False)
class Login:
    """A user and a password; it never prints the password."""

    user: str
    password: str

    def __repr__(self) -> str:
        return f"Login({self.user})"


class Frame(NamedTuple):
    """One performative and the bytes behind it; a heartbeat has neither."""

    code: int
    fields: list[Any]
    payload: bytes


class Wire:
    """A socket that is logged in. It belongs to one thread; any may close it."""

    def __init__(self, endpoint: Endpoint, login: Login, timeout_s: float) -> None:
        self._in = bytearray()
        self._out: list[bytes] = []
        self._out_bytes = 0
        self.heard = time.monotonic()
        try:
            self._socket = _open(endpoint, timeout_s)
        except OSError as error:
            raise ConnectionLost(_words(error)) from error
        try:
            self._log_in(login)
            self._exchange(_AMQP_HEADER)
            self._socket.settimeout(_WRITE_PATIENCE_S)
        except BaseException:
            self.close()
            raise

    def send(self, performative: bytes, payload: bytes = b"") -> None:
        """Add a frame to what goes out."""
        size = 8 + len(performative) + len(payload)
        self._out.append(_HEAD.pack(size, 2, _AMQP, 0))
        self._out.append(performative)
        if payload:
            self._out.append(payload)
        self._out_bytes += size
        if self._out_bytes >= _FLUSH_BYTES:
            self.flush()

    def beat(self) -> None:
        """Send a frame without content: a sign of life."""
        self.send(b"")
        self.flush()

    def flush(self) -> None:
        """Hand all that goes out to the system."""
        if not self._out:
            return
        data = b"".join(self._out)
        self._out.clear()
        self._out_bytes = 0
        try:
            self._socket.sendall(data)
        except (OSError, ValueError) as error:
            raise ConnectionLost(_words(error)) from error

    def receive(self, timeout_s: float) -> list[Frame]:
        """Return the frames that are there, or come within the time; there may be none."""
        if not self._whole():
            self._fill(timeout_s)
        frames = []
        while self._whole():
            frame = self._take(_AMQP)
            if frame is not None:
                frames.append(frame)
        return frames

    def close(self) -> None:
        """Close the socket at once."""
        with contextlib.suppress(OSError):  # it is closed already
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _log_in(self, login: Login) -> None:
        self._exchange(_SASL_HEADER)
        mechanisms = self._await_sasl(_MECHANISMS)[0]
        if "PLAIN" not in (mechanisms if isinstance(mechanisms, list) else [mechanisms]):
            raise LoginRefused("the peer takes no passwords (SASL PLAIN)")
        response = f"\0{login.user}\0{login.password}".encode()
        init = types.composite(_INIT, types.symbol("PLAIN"), types.binary(response))
        self._out.append(_HEAD.pack(8 + len(init), 2, _SASL, 0) + init)
        self.flush()
        if self._await_sasl(_OUTCOME)[0] != 0:
            raise LoginRefused(f"the peer refuses the user {login.user}, or the password")

    def _exchange(self, header: bytes) -> None:
        self._out.append(header)
        self.flush()
        answer = self._exactly(len(header))
        if answer != header:
            raise ConnectionLost(f"the peer answers {answer!r}: that is not AMQP 1.0")

    def _await_sasl(self, code: int) -> list[Any]:
        while True:
            while not self._whole():
                self._fill(None)
            frame = self._take(_SASL)
            if frame is not None and frame.code == code:
                return frame.fields

    def _exactly(self, count: int) -> bytes:
        while len(self._in) < count:
            self._fill(None)
        taken = bytes(self._in[:count])
        del self._in[:count]
        return taken

    def _whole(self) -> bool:
        """Say whether a whole frame is there."""
        if len(self._in) < 8:
            return False
        size = int.from_bytes(self._in[:4], "big")
        if not 8 <= size <= _LARGEST_FRAME:
            raise ConnectionLost(f"the peer sends a frame of {size} bytes: that is not AMQP 1.0")
        return len(self._in) >= size

    def _take(self, kind: int) -> Frame | None:
        size, offset, found, _ = _HEAD.unpack_from(self._in)
        body = bytes(self._in[offset * 4 : size])
        del self._in[:size]
        if found != kind:
            raise ConnectionLost(f"the peer sends a frame of type {found} instead of {kind}")
        if not body:
            return None
        try:
            performative, end = types.decode(body)
            return Frame(performative.descriptor, performative.value, body[end:])
        except (ValueError, AttributeError) as error:
            raise ConnectionLost(f"the peer sends what cannot be read: {error}") from error

    def _fill(self, timeout_s: float | None) -> None:
        """Read what is there; None waits as long as the socket's own patience lasts."""
        try:
            if timeout_s is not None and not self._readable(timeout_s):
                return
            data = self._socket.recv(_READ_BYTES)
        except ssl.SSLWantReadError:
            return
        except (OSError, ValueError) as error:
            raise ConnectionLost(_words(error)) from error
        if not data:
            raise ConnectionLost("the peer has closed the connection")
        self._in += data
        self.heard = time.monotonic()

    def _readable(self, timeout_s: float) -> bool:
        if isinstance(self._socket, ssl.SSLSocket) and self._socket.pending():
            return True
        poll = select.poll()
        poll.register(self._socket, select.POLLIN)
        return bool(poll.poll(max(0, timeout_s) * 1000))


_HEAD = struct.Struct(">IBBH")


def _open(endpoint: Endpoint, timeout_s: float) -> socket.socket:
    plain = socket.create_connection((endpoint.host, endpoint.port), timeout_s)
    try:
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if not endpoint.tls:
            return plain
        context = ssl.create_default_context(cafile=endpoint.ca_file)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context.wrap_socket(plain, server_hostname=endpoint.certified or endpoint.host)
    except BaseException:
        plain.close()
        raise


def _words(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not accepted: {error.verify_message}"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__
