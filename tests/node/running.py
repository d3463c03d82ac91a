"""A node as its operator runs it, and somebody's browser there, for apps that talk to it."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import requests

START_S, STOP_S = 20.0, 10.0
PASSWORD = "a long walk on sunday"
HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')


@dataclass(frozen=True, slots=True)
class RunningNode:
    """A node that answers at `url`."""

    url: str

    def let_in(self, name: str, question: str) -> str:
        """Sign in as `name`, let in the app that asks, and read its code from the last page."""
        with requests.Session() as browser:
            form = {"name": name, "password": PASSWORD, "next": urlsplit(question).path}
            browser.headers["Origin"] = self.url
            browser.post(f"{self.url}/sign-in", form, allow_redirects=False, timeout=9)
            page = browser.get(question, timeout=9)
            page.raise_for_status()
            fields = {key: unescape(value) for key, value in HIDDEN.findall(page.text)}
            form = fields | {"answer": "yes"}
            back = browser.post(
                f"{self.url}/oauth/authorize", form, allow_redirects=False, timeout=9
            )
        if back.is_redirect:
            return parse_qs(urlsplit(back.headers["Location"]).query)["code"][0]
        return back.text.partition('<code class="code">')[2].partition("</code>")[0]


@contextmanager
def running_node(folder: Path, names: tuple[str, ...]) -> Iterator[RunningNode]:
    """Make a node with accounts of those names, run it, and stop it at the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "node", "--data", str(folder / "data")]

    def hedgerow(*words: str, typed: str = "") -> None:
        subprocess.run([*command, *words], input=typed, text=True, check=True, capture_output=True)

    hedgerow("init", "--url", url, "--name", "Group", "--development")
    for name in names:
        hedgerow("account", "create", name, "--password-stdin", typed=f"{PASSWORD}\n")
    environment = {key: text for key, text in os.environ.items() if "HEDGEROW" not in key}
    with (folder / "log").open("wb") as log:
        words = ["serve", "--host", "127.0.0.1", "--port", str(port)]
        process = subprocess.Popen([*command, *words], stdout=log, stderr=log, env=environment)
        try:
            wait_until_ready(url, process)
            yield RunningNode(url)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(STOP_S)


def wait_until_ready(url: str, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + START_S
    while time.monotonic() < until and process.poll() is None:
        try:
            if requests.get(f"{url}/readyz", timeout=1).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.05)
    raise AssertionError("the node was not ready in time")
