"""Take the README's picture: one step of a walkthrough, as it is on the site.

Usage: python scripts/screenshot.py SITE docs/step.png
"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

# One end of the cable goes into the container: Go, Python and the machine in one view.
STEP = "paths/docker-run/part-7.html#s107"
SIZE = {"width": 1280, "height": 1040}


def main() -> None:
    """Open the step in Chromium and save what is seen."""
    site, place = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        page = browser.new_page(viewport=SIZE, color_scheme="light")
        page.goto(f"file://{site}/{STEP}")
        page.locator("#s107").scroll_into_view_if_needed()
        page.screenshot(path=place)
        browser.close()
    sys.stdout.write(f"Wrote {place}\n")


if __name__ == "__main__":
    main()
