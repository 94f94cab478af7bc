"""Opens HTML reports in headless Chromium and checks that they do what they promise.

    python3 .ci/browser.py [--shots FOLDER] [--base URL] PAGE...

Speaks the DevTools protocol over a pipe, with the standard library alone. Exits with 1 if a check fails.
"""

import argparse
import base64
import json
import os
import pathlib
import select
import shutil
import subprocess
import sys
import tempfile
import time

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
]

WIDTHS = {"desktop": (1280, 900), "tablet": (768, 1024), "phone": (360, 740), "narrow": (320, 640)}

# What stands in the page, however it is drawn.
STATE = """(() => {
  const shown = (own) => own.checkVisibility({ visibilityProperty: true });
  const ids = [...document.querySelectorAll("[id]")].map((own) => own.id);
  return {
    rows: document.querySelectorAll(".data tbody tr").length,
    words: document.querySelector("main").textContent.length,
    controls: [...document.querySelectorAll("button, input, select")].filter(shown).length,
    doubled: ids.filter((id, at) => ids.indexOf(id, at + 1) >= 0).slice(0, 5),
    dangling: [...document.querySelectorAll("a[href^='#']")]
      .filter((own) => !document.getElementById(decodeURIComponent(own.hash.slice(1)))).map((own) => own.hash).slice(0, 5),
    outside: [...new Set([...document.querySelectorAll("[href], [src], [srcset], [action], [data], [poster]")]
      .map((own) => own.getAttribute("href") ?? own.getAttribute("src") ?? own.outerHTML)
      .filter((href) => !href.startsWith("#") && !href.startsWith("data:")))],
    captionless: [...document.querySelectorAll("table")].filter((own) => !own.caption?.textContent.trim()).length,
    scopeless: [...document.querySelectorAll("th:not([scope])")].length,
    nameless: [...document.querySelectorAll("button, input")]
      .filter((own) => !(own.textContent.trim() || own.getAttribute("aria-label"))).length,
  };
})()"""

OVERFLOW = """(() => {
  const width = document.documentElement.clientWidth;
  const wide = [...document.querySelectorAll("body *")]
    .filter((own) => !own.parentElement.closest(".scroll, pre, svg, .hidden, .skip") && !own.matches(".hidden, .skip"))
    .filter((own) => own.getBoundingClientRect().right > width + 1)
    .map((own) => own.outerHTML.slice(0, 120));
  return { over: document.documentElement.scrollWidth - width, wide: wide.slice(0, 3) };
})()"""

# Sorts every table by every column and filters it; tells what is wrong.
TABLES = """(async () => {
  const wrong = [];
  const pause = (time) => new Promise((done) => setTimeout(done, time));
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  let sorted = 0, filtered = 0;
  for (const grid of document.querySelectorAll(".grid")) {
    const body = grid.querySelector("tbody");
    const before = [...body.rows];
    const buttons = [...grid.querySelectorAll("thead button")];
    if (before.length > 1 && !buttons.length) wrong.push(`${grid.id}: no button`);
    for (const button of buttons) {
      const header = button.closest("th");
      const at = header.cellIndex, number = header.classList.contains("n");
      const value = (row) => number ? (parseFloat(row.cells[at].textContent.replaceAll(",", "")) || 0)
        : `${["bad", "warn", "neutral", "good"].findIndex((tone) => row.cells[at].querySelector(".badge." + tone))} ${row.cells[at].textContent.trim()}`.replace("-1 ", "");
      const seen = new Set();
      for (const turn of [1, 2, 3]) {
        button.click();
        const state = header.getAttribute("aria-sort");
        seen.add(state);
        const rows = [...body.rows];
        if (rows.length !== before.length) wrong.push(`${grid.id}: rows were lost`);
        if (state === "none") {
          if (rows.some((row, place) => row !== before[place])) wrong.push(`${grid.id}: the first order is lost`);
          continue;
        }
        const sign = state === "ascending" ? 1 : -1;
        for (let place = 1; place < rows.length; place++) {
          const [one, other] = [value(rows[place - 1]), value(rows[place])];
          if (sign * (number ? one - other : collator.compare(one, other)) > 0) {
            wrong.push(`${grid.id}: ${state} by ${button.textContent}: ${one} before ${other}`);
            break;
          }
        }
      }
      if (seen.size !== 3) wrong.push(`${grid.id}: ${[...seen]}`);
      sorted++;
    }
    const filter = grid.querySelector("input[type=search]");
    if (!filter) { if (before.length >= 8) wrong.push(`${grid.id}: no filter`); continue; }
    const type = async (text) => {
      filter.value = text;
      filter.dispatchEvent(new Event("input"));
      await pause(150);
      return [...body.rows].filter((row) => !row.hidden);
    };
    const middle = before[before.length >> 1].querySelector("th").textContent.trim().split(/\\s+/)[0].toUpperCase();
    const some = await type(middle);
    if (!some.length || some.some((row) => !row.textContent.toUpperCase().includes(middle))) wrong.push(`${grid.id}: filter ${middle}`);
    if (parseInt(grid.querySelector(".count").textContent.replaceAll(",", "")) !== some.length) wrong.push(`${grid.id}: count`);
    if ((await type("no such row \\u2603")).length) wrong.push(`${grid.id}: filter of nothing`);
    if ((await type("")).length !== before.length) wrong.push(`${grid.id}: filter taken back`);
    filtered++;
  }
  return { wrong, sorted, filtered };
})()"""

# Text that stands out too little from what is behind it (WCAG 2.2, 1.4.3).
CONTRAST = """(() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const known = new Map();
  const rgba = (color) => {
    if (!known.has(color)) {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = color;
      canvas.fillRect(0, 0, 1, 1);
      known.set(color, [...canvas.getImageData(0, 0, 1, 1).data]);
    }
    return known.get(color);
  };
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, at) => sum + c * [0.2126, 0.7152, 0.0722][at], 0);
  const behind = (own) => {
    for (; own; own = own.parentElement) {
      const color = rgba(getComputedStyle(own).backgroundColor);
      if (color[3] > 250) return color;
    }
    return [255, 255, 255, 255];
  };
  const poor = new Set();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let seen = 0; seen < 6000 && walk.nextNode(); seen++) {
    const own = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || !own.checkVisibility() || own.closest("script, style, .hidden, .skip, title")) continue;
    const style = getComputedStyle(own);
    let back = behind(own);
    if (own.matches("svg text")) back = rgba(getComputedStyle(own.parentElement.querySelector("rect")).fill);
    const front = rgba(own.matches("svg text") ? style.fill : style.color);
    const [high, low] = [light(front), light(back)].sort((one, other) => other - one);
    const ratio = (high + 0.05) / (low + 0.05);
    if (ratio < 4.5) poor.add(`${own.tagName}.${own.getAttribute("class") ?? ""}: ${ratio.toFixed(2)}`);
  }
  return [...poor];
})()"""


class Browser:
    """Chromium, and one tab of it."""

    def __init__(self, program):
        self.profile = tempfile.mkdtemp(prefix="testaudit-browser-")
        to_read, self.write_end = os.pipe()
        self.read_end, to_write = os.pipe()

        def connect():
            # The program reads from 3 and writes to 4; both are moved away first, since either may be one of these.
            source, sink = os.dup(to_read), os.dup(to_write)
            high = [os.dup(source) for _ in range(8)]
            os.dup2(source, 3)
            os.dup2(sink, 4)
            for number in [*high, source, sink]:
                if number not in (3, 4):
                    os.close(number)

        command = [program, *FLAGS, f"--user-data-dir={self.profile}", "about:blank"]
        self.process = subprocess.Popen(
            command, preexec_fn=connect, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        os.close(to_read)
        os.close(to_write)
        self.rest = b""
        self.number = 0
        self.events = []
        self.session = None
        targets = self.call("Target.getTargets")["targetInfos"]
        tab = next(own["targetId"] for own in targets if own["type"] == "page")
        self.session = self.call("Target.attachToTarget", targetId=tab, flatten=True)["sessionId"]
        for domain in ["Page", "Runtime", "Log", "Network"]:
            self.call(f"{domain}.enable")

    def receive(self, limit):
        while b"\0" not in self.rest:
            left = limit - time.monotonic()
            if left <= 0 or not select.select([self.read_end], [], [], left)[0]:
                raise TimeoutError("the browser does not answer")
            chunk = os.read(self.read_end, 1 << 20)
            if not chunk:
                raise ConnectionError("the browser ended")
            self.rest += chunk
        message, _, self.rest = self.rest.partition(b"\0")
        return json.loads(message)

    def call(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.write_end, data) :]
        limit = time.monotonic() + 180
        while True:
            answer = self.receive(limit)
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def evaluate(self, script):
        result = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"])
        return result["result"].get("value")

    def open(self, address):
        self.events.clear()
        self.call("Page.navigate", url=address)
        limit = time.monotonic() + 120
        while not any(own.get("method") == "Page.loadEventFired" for own in self.events):
            self.events.append(self.receive(limit))

    def size(self, name, scale=1):
        width, height = WIDTHS[name]
        phone = width < 600
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=phone)

    def prefer(self, scheme):
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def shoot(self, path):
        data = self.call("Page.captureScreenshot", format="png")["data"]
        path.write_bytes(base64.b64decode(data))

    def press(self, key, code):
        for kind in ["keyDown", "keyUp"]:
            text = {"text": "\r"} if kind == "keyDown" and key == "Enter" else {}
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, **text)

    def close(self):
        try:
            self.session = None
            self.call("Browser.close")
        except (OSError, TimeoutError):
            pass
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)


def complaints(browser, address):
    """What the browser complains about, and what it asked the network for."""
    found = []
    for event in browser.events:
        method, parameters = event.get("method"), event.get("params", {})
        if method == "Runtime.exceptionThrown":
            found.append(f"exception: {parameters['exceptionDetails'].get('exception', {}).get('description')}")
        elif method == "Runtime.consoleAPICalled" and parameters["type"] in ("error", "warning", "assert"):
            found.append(f"console: {parameters['args']}")
        elif method == "Log.entryAdded" and parameters["entry"]["level"] in ("error", "warning"):
            found.append(f"log: {parameters['entry']['text']}")
        elif method == "Network.requestWillBeSent":
            url = parameters["request"]["url"]
            if url != address and not url.startswith("data:"):
                found.append(f"request: {url}")
    return found


def check(browser, page, base, shots):
    """Every promise of a page; what does not hold."""
    wrong = []
    address = page.resolve().as_uri()
    browser.call("Emulation.setScriptExecutionDisabled", value=False)
    browser.size("desktop")
    browser.prefer("light")
    browser.open(address)
    wrong += complaints(browser, address)
    state = browser.evaluate(STATE)
    wrong += [f"{what}: {state[what]}" for what in ["doubled", "dangling", "captionless", "scopeless", "nameless"] if state[what]]
    wrong += [f"leads outside: {href}" for href in state["outside"] if not (base and href.startswith(base))][:5]
    if not state["controls"]:
        return [f"{page.name}: {own}" for own in [*wrong, "the script did not run: there are no controls"]]

    for scheme in ["light", "dark"]:
        browser.prefer(scheme)
        wrong += [f"{scheme}: contrast: {own}" for own in browser.evaluate(CONTRAST)]
        if shots:
            browser.shoot(shots / f"{page.stem}-{scheme}.png")
    themes = browser.evaluate(
        """(() => { const button = document.getElementById("theme"), colors = [];
        for (const turn of [1, 2, 3]) { button.click(); colors.push(getComputedStyle(document.body).backgroundColor); }
        return colors; })()"""
    )
    if len(set(themes)) != 2 or themes[1] != themes[2]:
        wrong.append(f"colours that are chosen: {themes}")
    browser.prefer("light")

    tables = browser.evaluate(TABLES)
    wrong += tables["wrong"][:10]
    if tables["sorted"]:
        browser.evaluate("document.querySelector('thead button').focus()")
        browser.press("Enter", 13)
        if browser.evaluate("document.activeElement.closest('th')?.getAttribute('aria-sort')") in (None, "none"):
            wrong.append("the return key sorts nothing")
    folded = browser.evaluate(
        """(() => { const fold = document.getElementById("fold"); if (!fold) return 0; fold.click();
        const open = document.querySelectorAll("section > details[open]").length; fold.click(); return open; })()"""
    )
    if folded:
        wrong.append(f"{folded} sections stay open")

    for name in WIDTHS:
        browser.size(name)
        found = browser.evaluate(OVERFLOW)
        if found["over"] > 0 or found["wide"]:
            wrong.append(f"{name}: {found['over']} pixels too wide: {found['wide']}")
    if shots:
        browser.size("phone", 2)
        browser.open(address)
        browser.shoot(shots / f"{page.stem}-phone.png")
        browser.evaluate("document.querySelector('.grid')?.scrollIntoView({ behavior: 'instant' })")
        browser.shoot(shots / f"{page.stem}-phone-table.png")
        browser.size("desktop")
        for at, section in enumerate(browser.evaluate("[...document.querySelectorAll('section')].map((own) => own.id)")):
            browser.evaluate(f"document.getElementById({json.dumps(section)}).scrollIntoView({{ behavior: 'instant' }})")
            browser.shoot(shots / f"{page.stem}-section-{at}-{section}.png")
        data = browser.call("Page.printToPDF", printBackground=False)["data"]
        (shots / f"{page.stem}.pdf").write_bytes(base64.b64decode(data))

    browser.size("desktop")
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    browser.open(address)
    wrong += [f"without scripts: {own}" for own in complaints(browser, address)]
    plain = browser.evaluate(STATE)
    if plain["controls"]:
        wrong.append(f"without scripts: {plain['controls']} controls that do nothing")
    if plain["rows"] != state["rows"] or not plain["words"]:
        wrong.append(f"without scripts: {plain['rows']} rows instead of {state['rows']}")
    facts = f"{state['rows']} rows, {tables['sorted']} columns sorted, {tables['filtered']} tables filtered"
    print(f"{page.name}: {page.stat().st_size // 1024} KiB, {facts}: {'all well' if not wrong else 'WRONG'}")
    return [f"{page.name}: {own}" for own in wrong]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shots", type=pathlib.Path, help="write screenshots to this folder")
    parser.add_argument("--base", help="the only address that links may lead to")
    parser.add_argument("--program", default="chromium")
    parser.add_argument("pages", nargs="+", type=pathlib.Path)
    arguments = parser.parse_args()
    if arguments.shots:
        arguments.shots.mkdir(parents=True, exist_ok=True)
    browser = Browser(arguments.program)
    try:
        wrong = [own for page in arguments.pages for own in check(browser, page, arguments.base, arguments.shots)]
    finally:
        browser.close()
    for own in wrong:
        print(f"error: {own}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
