"""Chromium without a window, driven by its DevTools protocol over a WebSocket of a few lines."""

from __future__ import annotations

import base64
import json
import os
import shutil
import socket
import struct
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--use-gl=angle", "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-default-apps", "--no-first-run", "--no-default-browser-check",
    "--mute-audio", "--disable-dev-shm-usage", "--disable-extensions", "--remote-debugging-port=0",
    "--window-size=1200,900", "--force-color-profile=srgb",
)  # fmt: skip


def find() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Browser:
    """One page of a browser of its own. What it asks for and complains of is written down."""

    def __init__(self, program: str, seconds: float = 60.0) -> None:
        self._home = tempfile.mkdtemp()
        self._limit = seconds
        self.events: list[dict[str, Any]] = []
        self._number = 0
        self._socket: socket.socket | None = None
        self._process = subprocess.Popen(
            [program, *FLAGS, f"--user-data-dir={self._home}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            self._socket = self._connected()
        except BaseException:
            self.close()
            raise
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def __enter__(self) -> Browser:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
        if self._process.poll() is None:
            os.killpg(self._process.pid, 15)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, 9)
                self._process.wait(10)
        shutil.rmtree(self._home, ignore_errors=True)

    def _connected(self) -> socket.socket:
        end = time.monotonic() + self._limit
        port_file = Path(self._home) / "DevToolsActivePort"
        while time.monotonic() < end:
            try:
                port = int(port_file.read_text().split("\n")[0])
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list", timeout=10) as answer:
                    pages = [one for one in json.load(answer) if one["type"] == "page"]
                if pages:
                    return _handshake(port, pages[0]["webSocketDebuggerUrl"], self._limit)
            except (OSError, ValueError):
                pass
            time.sleep(0.1)
        raise TimeoutError("the browser did not start")

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Ask and wait for the answer; what comes in between is kept as an event."""
        assert self._socket is not None
        self._number += 1
        _send(self._socket, json.dumps({"id": self._number, "method": method, "params": params}))
        while True:
            message = json.loads(_receive(self._socket))
            if message.get("id") == self._number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return dict(message["result"])
            self.events.append(message)

    def run(self, script: str) -> Any:
        """The value of an expression in the page, as if a person had asked for it."""
        answer = self.call(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True, userGesture=True
        )
        if "exceptionDetails" in answer:
            raise RuntimeError(json.dumps(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def open(self, address: str) -> None:
        self.call("Page.navigate", url=address)
        self.wait(lambda: self.run("document.readyState") == "complete")

    def wait(self, done: Callable[[], bool], seconds: float | None = None) -> None:
        end = time.monotonic() + (seconds or self._limit)
        while not done():
            if time.monotonic() > end:
                raise TimeoutError("the page did not get so far")
            time.sleep(0.05)

    def picture(self, place: dict[str, float]) -> bytes:
        """A PNG of a part of the page (x, y, width, height)."""
        answer = self.call("Page.captureScreenshot", format="png", clip={**place, "scale": 1})
        return base64.b64decode(answer["data"])

    def complaints(self) -> list[str]:
        """Errors that the console holds."""
        found = []
        for event in self.events:
            params = event.get("params", {})
            if event["method"] == "Runtime.exceptionThrown":
                found.append(json.dumps(params["exceptionDetails"]))
            elif event["method"] == "Log.entryAdded" and params["entry"]["level"] == "error":
                found.append(params["entry"]["text"])
            elif event["method"] == "Runtime.consoleAPICalled" and params["type"] == "error":
                found.append(json.dumps(params["args"]))
        return found

    def asked(self) -> list[str]:
        """Addresses that the page asked for, those inside itself left out."""
        wanted = [
            event["params"]["request"]["url"]
            for event in self.events
            if event["method"] == "Network.requestWillBeSent"
        ]
        return [address for address in wanted if not address.startswith(("data:", "blob:"))]


def _handshake(port: int, address: str, seconds: float) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=seconds)
    path = address.split(f":{port}", 1)[1]
    key = base64.b64encode(os.urandom(16)).decode()
    connection.sendall(
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    answer = b""
    while not answer.endswith(b"\r\n\r\n"):
        answer += connection.recv(1)
    if b" 101 " not in answer:
        raise OSError("the browser refuses to be driven")
    return connection


def _send(connection: socket.socket, text: str) -> None:
    data = text.encode()
    mask = os.urandom(4)
    length = len(data)
    head = b"\x81"
    if length < 126:
        head += struct.pack(">B", 0x80 | length)
    elif length < 65536:
        head += struct.pack(">BH", 0x80 | 126, length)
    else:
        head += struct.pack(">BQ", 0x80 | 127, length)
    masked = bytes(byte ^ mask[index % 4] for index, byte in enumerate(data))
    connection.sendall(head + mask + masked)


def _receive(connection: socket.socket) -> str:
    parts = []
    while True:
        first, second = _exactly(connection, 2)
        length = second & 0x7F
        if length == 126:
            (length,) = struct.unpack(">H", _exactly(connection, 2))
        elif length == 127:
            (length,) = struct.unpack(">Q", _exactly(connection, 8))
        data = _exactly(connection, length)
        if first & 0x0F in (0x0, 0x1):
            parts.append(data)
            if first & 0x80:
                return b"".join(parts).decode()
        elif first & 0x0F == 0x8:
            raise OSError("the browser hung up")


def _exactly(connection: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        part = connection.recv(min(count - len(data), 1 << 16))
        if not part:
            raise OSError("the browser hung up")
        data += part
    return data
