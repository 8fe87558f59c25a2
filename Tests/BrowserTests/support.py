"""What the tests of the explorer share: the command, a browser, pages, and small folders of records."""

import json
import math
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
GRADFLOW = Path(os.environ.get("GRADFLOW", ROOT / ".build" / "release" / "gradflow"))
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
RUNS = ROOT / "output" / "runs"
#: Milliseconds that anything may take before it counts as missing.
PATIENCE = 30_000


def gradflow(*words, **options):
    """Runs the command, and returns what it said."""
    done = subprocess.run([GRADFLOW, *map(str, words)], capture_output=True, text=True, timeout=300,
                          **options)
    if done.returncode != 0:
        raise AssertionError(f"gradflow {' '.join(map(str, words))}: {done.stderr}")
    return done.stdout


def save(path, *words):
    """Saves a page."""
    gradflow("explore", "--save", path, *words, cwd=ROOT)
    return f"file://{path}"


class BrowserTest(unittest.TestCase):
    """One browser for a class. After each test its pages have asked nobody else and complained of nothing."""

    @classmethod
    def setUpClass(cls):
        cls.driver = sync_playwright().start()
        cls.addClassCleanup(cls.driver.stop)
        cls.browser = cls.driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        cls.addClassCleanup(cls.browser.close)
        folder = tempfile.TemporaryDirectory(prefix="gradflow-browser-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)

    def setUp(self):
        self.requests, self.complaints = [], []
        #: What a test expects the browser to complain about.
        self.expected = None

    def tearDown(self):
        own = {"file", "data", "blob"}
        foreign = [url for url in self.requests if urlsplit(url).scheme not in own
                   and urlsplit(url).hostname != "127.0.0.1"]
        self.assertEqual(foreign, [])
        complaints = [text for text in self.complaints
                      if not (self.expected and re.search(self.expected, text))]
        self.assertEqual(complaints, [])

    def open(self, url, *, ready=True, **options):
        """Opens a page in a browser that knows nothing of others, and waits until it has drawn."""
        context = self.browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        self.addCleanup(context.close)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda message: self.complaints.append(message.text)
                if message.type in ("error", "warning") else None)
        page.goto(url)
        if ready:
            self.wait_until_ready(page)
        return page

    @staticmethod
    def wait_until_ready(page):
        page.wait_for_selector("html[data-ready=true]", state="attached")

    def wait(self, page, what, is_so, seconds=PATIENCE / 1000):
        """Asks until something is so; the page's policy forbids the browser's own way to wait."""
        for _ in range(int(seconds * 20)):
            if is_so():
                return
            page.wait_for_timeout(50)
        self.fail(f"not within {seconds:g} s: {what}")

    def words(self, page, selector):
        return page.locator(selector).first.inner_text()

    def shown_step(self, page):
        """The step that the page is about."""
        found = re.match(r"step ([\d,]+)", self.words(page, "#step-words"))
        return int(found[1].replace(",", ""))

    def open_table(self, page, chart):
        """Opens the table of a chart; a browser says a moment later that it is open, and only then it is filled."""
        page.locator(f"{chart} summary").click()
        page.locator(f"{chart} table tbody tr").first.wait_for()

    def hash(self, page):
        return dict(part.split("=", 1) for part in urlsplit(page.url).fragment.split("&"))

    def assert_accessible(self, page):
        """Nothing that axe calls serious or critical."""
        from axe_core_python.sync_playwright import Axe

        # The page's policy forbids scripts that are not its own, so axe comes by the debugger.
        session = page.context.new_cdp_session(page)
        session.send("Runtime.evaluate", {"expression": Axe().axe_script})
        answer = session.send("Runtime.evaluate", {
            "expression": "axe.run().then((found) => JSON.stringify(found.violations.map((each) => "
                          "[each.impact, each.id, each.nodes.map((node) => node.target.join(' '))])))",
            "awaitPromise": True, "returnByValue": True})
        found = json.loads(answer["result"]["value"])
        self.assertEqual([each for each in found if each[0] in ("serious", "critical")], [])


def text_of(value):
    """A number as it stands in records."""
    if value is None:
        return ""
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return repr(float(value))


def write_records(folder, layers, steps, gradient, *, name="model", error=0.5):
    """A run as other programs record it: so many layers, and `gradient(step, layer)` as their gradients."""
    folder = Path(folder)
    folder.mkdir(parents=True)
    head = {
        "conditions": {"batch size": 4}, "context": {"version": "test 1.0"}, "format": 2,
        "layers": [{"filters": 4, "index": index, "kind": "Linear", "name": f"layers.{index - 1}",
                    "parameters": 20, "path": "main", "stage": 0} for index in range(1, layers + 1)],
        "source": "recorded", "subject": {"depth": layers, "name": name, "role": "none"},
    }
    (folder / "run.json").write_text(json.dumps(head))
    losses = ["step,loss,error,learning_rate"]
    gradients = ["step,layer_index,layer,stage,path,kind,l2,rms,max,zero_fraction,weight_norm,update_ratio"]
    for step in range(steps):
        losses.append(f"{step},{2.0 - step / steps},{error},0.1")
        for index in range(1, layers + 1):
            norm = text_of(gradient(step, index))
            for kind in ("weight", "activation"):
                rest = "0,1,0.01" if kind == "weight" else "0,,"
                gradients.append(f"{step},{index},layers.{index - 1},0,main,{kind},{norm},{norm},{norm},{rest}")
    (folder / "steps.csv").write_text("\n".join(losses) + "\n")
    (folder / "gradients.csv").write_text("\n".join(gradients) + "\n")
    (folder / "evaluations.csv").write_text("step,epoch,training_error,evaluation_error\n")
    (folder / "responses.csv").write_text("step,layer_index,layer,stage,path,deviation,mean\n")
    return folder
