"""The pages of a folder of takes, for this machine alone: made when they are asked for, kept until a take
changes.

The server listens on loopback, answers no other host's name, and gives nothing but the pages.
"""

from __future__ import annotations

import html
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from ..curves.files import SUFFIX, find_sound, load_take, takes_in
from ..errors import BilabialError
from ..refusals import EXPECTED, sentence
from ..render.speaking import Speaker
from .making import PageOptions, make_page

_HOST = "127.0.0.1"
_MOST_KEPT = 64  # pages
_INDEX = """<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Takes</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>:root{{color-scheme:light dark}}body{{font:16px/1.6 system-ui,sans-serif;margin:2rem}}</style>
<h1>{folder}</h1><ul>{items}</ul></html>"""


class PageServer(ThreadingHTTPServer):
    """``port`` 0 takes a free one; ``address`` says which. Raises BilabialError where it is taken."""

    daemon_threads = True

    def __init__(
        self, folder: Path, port: int = 0, check: bool = True, speaker: Speaker | None = None
    ) -> None:
        if not folder.is_dir():
            raise BilabialError(f"there is no folder {folder}: check the name")
        takes_in(folder)  # refuses a folder without any
        self.folder = folder
        self.check = check
        self.speaker = speaker
        self._kept: dict[Path, tuple[int, str]] = {}
        self._lock = threading.Lock()
        try:
            super().__init__((_HOST, port), _Handler)
        except OSError as error:
            raise BilabialError(
                f"port {port} cannot be used ({error.strerror or error}): leave out --port to take a free one"
            ) from error

    @property
    def address(self) -> str:
        return f"http://{_HOST}:{self.server_port}/"

    def names(self) -> dict[str, Path]:
        """The takes by the names that their pages have."""
        return {path.relative_to(self.folder).as_posix(): path for path in takes_in(self.folder)}

    def page(self, path: Path) -> str:
        stamp = path.stat().st_mtime_ns
        with self._lock:
            kept = self._kept.get(path)
        if kept is not None and kept[0] == stamp:
            return kept[1]
        take = load_take(path)
        # As for a page on disk: a take that names any file and no hash must not fetch it into one.
        sound = find_sound(take, path) if take.sound.sha256 is not None else None
        beside = path.with_name(path.name.removesuffix(SUFFIX) + ".txt")
        text = beside.read_text("utf-8-sig", "replace") if beside.is_file() else ""
        made = make_page(take, sound, PageOptions(text=text, check=self.check, speaker=self.speaker))
        with self._lock:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.pop(next(iter(self._kept)))
            self._kept[path] = (stamp, made)
        return made

    def index(self) -> str:
        items = "".join(
            f'<li><a href="/{urllib.parse.quote(name)}">{html.escape(name)}</a></li>' for name in self.names()
        )
        return _INDEX.format(folder=html.escape(self.folder.name or str(self.folder)), items=items)


class _Handler(BaseHTTPRequestHandler):
    server: PageServer

    def do_GET(self) -> None:
        if self.headers.get("Host", "").rsplit(":", 1)[0] not in (_HOST, "localhost"):
            self._answer(403, "this address answers this machine alone")
            return
        name = urllib.parse.unquote(urllib.parse.urlsplit(self.path).path).lstrip("/")
        try:
            if not name:
                self._answer(200, self.server.index())
            elif (path := self.server.names().get(name)) is not None:
                self._answer(200, self.server.page(path))
            else:
                self._answer(404, html.escape(f"there is no take {name} in this folder"))
        except EXPECTED as error:
            self._answer(500, html.escape(sentence(error)))

    def _answer(self, code: int, text: str) -> None:
        data = text.encode()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *arguments: object) -> None:
        """Nobody reads it."""
