#!/usr/bin/env python3
"""Pictures of every page, as phones show them: `make pictures`, then look at `.venv/pictures`.

Runs the demonstration, fills in what it leaves empty, and opens each page at 360 px in a real
browser: light, dark, from right to left, and with text twice as large. Exit status 1 if a page
cannot be had, scrolls sideways, or weighs more than its budget. Needs Debian's `chromium`.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

HEDGEROW = Path(sys.executable).parent / "hedgerow"
OURS = "http://127.0.0.1:8101"
PASSWORD = "a hedge in the morning"
READY_S = 90
WIDTH, HEIGHT = 360, 760
WEIGHT_BYTES_MAX = 50_000
LOOKS = {
    "light": "",
    "dark": "",
    "right-to-left": "document.documentElement.dir = 'rtl'",
    "large": "document.documentElement.style.fontSize = '200%'",
}
STRANGER = {
    "public": "/public",
    "communities-visited": "/directory",
    "sign-in": "/sign-in",
    "community-visited": "/communities/morning_walk",
    "person-visited": "/people/rose",
    "not-found": "/people/nobody-here",
}
ROSE = {
    "home": "/",
    "news": "/notifications",
    "find": "/find",
    "communities": "/directory",
    "found-words": "/find?q=the",
    "found": "/find?q=%40tom%40127.0.0.1:8102",
    "found-nothing": "/find?q=nobody+of+that+name",
    "write": "/new",
    "me": "/people/rose",
    "community": "/communities/morning_walk",
    "requests": "/requests",
    "how-you-look": "/settings/profile",
    "moving": "/settings/moving",
    "being-found": "/settings/found",
    "blocked": "/settings/blocked",
    "muted": "/settings/muted",
    "hashtag": "/tags/walk",
    "account": "/settings/account",
    "names": "/settings/names",
    "delete-account": "/settings/account/delete",
    "deleted": "/deleted",
    "take-things": "/settings/take",
    "neighbours": "/neighbours",
    "held": "/held",
    "desk": "/desk",
    "waits": "/moderate/morning_walk/waits",
    "waits-everywhere": "/waits",
    "reported": "/reported",
    "moderate-community": "/moderate/morning_walk",
    "communities-own": "/organise",
    "community-make": "/make/community",
    "community-settings": "/organise/morning_walk",
    "community-close": "/organise/morning_walk/close",
    "community-members": "/communities/morning_walk/members",
    "community-copies": "/communities/morning_walk/copies",
}


@contextmanager
def demonstration(folder: Path) -> Iterator[None]:
    """Three nodes in which people have talked; one of them has neighbours of each kind."""
    command = [str(HEDGEROW), "demo", "--folder", str(folder)]
    log = (folder / "demo.log").open("wb")
    process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    try:
        wait_for_talk(process)
        for host, word in (("open.example", "silence"), ("rude.example", "block")):
            ours = [str(HEDGEROW), "--data", str(folder / "walkers"), "peer", word, host]
            subprocess.run(ours, check=True, capture_output=True)
        yield
    finally:
        process.terminate()
        process.wait(20)


def wait_for_talk(process: subprocess.Popen[bytes]) -> None:
    """Wait until the public page shows posts of other nodes."""
    for _ in range(READY_S * 2):
        if process.poll() is not None:
            raise SystemExit("pictures: the demonstration did not start (are its ports taken?)")
        try:
            if b"8102" in urllib.request.urlopen(f"{OURS}/public", timeout=5).read():
                time.sleep(5)
                return
        except OSError:
            pass
        time.sleep(0.5)
    raise SystemExit("pictures: nobody talked")


def sign_in(page: Page, name: str) -> None:
    page.goto(f"{OURS}/sign-in")
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button")


def pages_of_rose(page: Page) -> dict[str, str]:
    """Her pages, with those of a post of her own and of one in her community."""
    page.goto(f"{OURS}/people/rose")
    edit, delete = (hrefs(page, f"a[href^='/{way}/']")[0] for way in ("edit", "delete"))
    page.goto(f"{OURS}/communities/morning_walk")
    report = hrefs(page, "a[href^='/report/posts/']")[0]
    thread = hrefs(page, ".facts a")[0].removeprefix(OURS)
    page.goto(f"{OURS}{thread}")
    looked_after = hrefs(page, "a[href^='/moderate/posts/']")[0]
    page.goto(f"{OURS}/find?q=%40tom%40127.0.0.1:8102")
    apart = hrefs(page, "a[href^='/apart/']")[0]
    page.goto(f"{OURS}{report}")
    page.fill("textarea", "This path floods in November.")
    page.click("main button")
    return ROSE | {
        "edit": edit,
        "delete": delete,
        "thread": thread,
        "moderate-post": looked_after,
        "report": report,
        "mute-or-block": apart,
    }


def hrefs(page: Page, selector: str) -> list[str]:
    return page.eval_on_selector_all(selector, "links => links.map(a => a.getAttribute('href'))")


def shoot(browser: Browser, look: str, folder: Path) -> list[str]:
    """Take every picture of one look; what is wrong with the pages."""
    scheme = "dark" if look == "dark" else "light"
    wrong = []
    for who in ("", "rose"):
        context = browser.new_context(
            viewport={"width": WIDTH, "height": HEIGHT}, color_scheme=scheme, locale="en"
        )
        page = context.new_page()
        if who:
            sign_in(page, who)
        for name, path in (pages_of_rose(page) if who else STRANGER).items():
            wrong += look_at(page, name, path, look, folder)
        context.close()
    return wrong


def look_at(page: Page, name: str, path: str, look: str, folder: Path) -> list[str]:
    answer = page.goto(f"{OURS}{path}")
    if LOOKS[look]:
        page.evaluate(LOOKS[look])
    page.screenshot(path=folder / f"{name}-{look}.png", full_page=True)
    width = page.evaluate("document.documentElement.scrollWidth")
    weight = len(answer.body()) if answer else 0
    wrong = []
    if answer is None or (answer.status >= 400) != (name == "not-found"):
        wrong.append(f"{name}: answered {answer.status if answer else 'nothing'}")
    if width > WIDTH:
        wrong.append(f"{name}, {look}: {width} px wide")
    if weight > WEIGHT_BYTES_MAX:
        wrong.append(f"{name}: {weight} bytes")
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    options = parser.parse_args()
    if not os.access(options.chromium, os.X_OK):
        raise SystemExit("pictures: there is no Chromium. On Debian: apt-get install chromium")
    options.folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as kept,
        demonstration(Path(kept)),
        sync_playwright() as play,
    ):
        browser = play.chromium.launch(executable_path=options.chromium, args=["--no-sandbox"])
        wrong = [one for look in LOOKS for one in shoot(browser, look, options.folder)]
        browser.close()
    print("\n".join(wrong) or f"Every page fits. The pictures are in {options.folder}.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
