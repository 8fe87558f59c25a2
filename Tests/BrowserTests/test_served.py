"""The page that a server on this machine gives: runs under way, the playground, and what it refuses."""

import http.client
import json
import re
import shutil
import signal
import subprocess
import unittest
from pathlib import Path
from tempfile import mkdtemp

from support import GRADFLOW, RUNS, BrowserTest, write_records

SMALL = """
question: Does it appear while it learns?
runs: [plain-8, resnet-8]
seeds: 1
defaults:
  dataset: {name: synthetic, imageSize: 16, trainingImages: 256, evaluationImages: 64}
  schedule: {base: 0.05, iterations: 400, drops: none}
  batchSize: 32
budgets: {seconds: }
"""


class ServedTest(BrowserTest):
    def setUp(self):
        super().setUp()
        self.output = Path(mkdtemp(prefix="gradflow-served-", dir=self.folder))
        (self.output / "runs").mkdir()
        self.server = None

    def tearDown(self):
        for page in [page for context in self.browser.contexts for page in context.pages]:
            page.close()
        if self.server:
            self.stop()
        super().tearDown()

    def serve(self, port=0):
        """Starts a server of the output folder, and returns its address."""
        self.server = subprocess.Popen([GRADFLOW, "explore", "--output", self.output, "--port", str(port),
                                        "--threads", "1"],
                                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        said = self.server.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)/?", said)
        self.assertTrue(found, said)
        self.port = int(found[1])
        return found[0]

    def stop(self):
        """Ends the server as Ctrl-C does."""
        self.server.send_signal(signal.SIGINT)
        said, _ = self.server.communicate(timeout=60)
        self.server = None
        return said

    def request(self, method, path, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        self.addCleanup(connection.close)
        connection.request(method, path, body, {key.replace("_", "-"): value
                                                for key, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace"), dict(answer.getheaders())

    def go_to_the_newest(self, page):
        self.wait(page, "two steps", page.locator("#step").is_enabled)
        page.locator("#step").focus()
        page.keyboard.press("End")
        self.wait(page, "the newest", lambda: "the newest" in self.words(page, "#step-words"))

    # What there is, and what comes.

    def test_all_runs_of_the_folder_are_shown(self):
        for name in ("transformer", "transformer-no-residual"):
            shutil.copytree(RUNS / name, self.output / "runs" / name)
        page = self.open(self.serve())
        self.assertEqual(page.locator("#networks h3").count(), 2)
        self.assert_accessible(page)

    def test_a_run_under_way_appears_grows_and_ends(self):
        page = self.open(self.serve())
        self.assertIn("There are no runs yet", self.words(page, ".notice"))
        (self.folder / "small.yaml").write_text(SMALL)
        training = subprocess.Popen(
            [GRADFLOW, "run", self.folder / "small.yaml", "--output", self.output, "--threads", "1"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.addCleanup(training.wait)
        self.addCleanup(training.kill)
        self.wait(page, "the run", lambda: "plain-8" in self.words(page, "body"))
        self.wait(page, "that it is under way", lambda: page.get_by_text("under way").count() > 0)
        # Who follows stays at the newest step.
        self.go_to_the_newest(page)
        first = self.shown_step(page)
        self.wait(page, "more steps", lambda: self.shown_step(page) > first)
        self.assertEqual(self.hash(page)["step"], "last")
        said, _ = training.communicate(timeout=300)
        self.assertEqual(training.returncode, 0, said)
        self.wait(page, "that it has ended", lambda: page.get_by_text("under way").count() == 0)
        self.wait(page, "the last step", lambda: "the last recorded" in self.words(page, "#step-words"))
        page.locator(".chooser summary").click()
        self.wait(page, "its twin", lambda: page.locator(".chooser input[type=checkbox]").count() == 2)

    def test_a_folder_that_grows_line_by_line_is_shown_within_a_second(self):
        """As PyTorch's recorder writes it: whole steps, appended."""
        steps = 12
        whole = write_records(self.folder / self.output.name / "whole", 3, steps, lambda step, layer: 10.0 ** -step)
        page = self.open(self.serve())
        growing = self.output / "runs" / "growing.partial"
        growing.mkdir()
        files = {name: (whole / name).read_text().splitlines(keepends=True)
                 for name in ("steps.csv", "gradients.csv", "evaluations.csv", "responses.csv")}
        for name, lines in files.items():
            (growing / name).write_text(lines[0])
        shutil.copy(whole / "run.json", growing)
        for step in range(steps):
            for name, count in (("steps.csv", 1), ("gradients.csv", 6)):
                with open(growing / name, "a") as file:
                    file.writelines(files[name][1 + step * count:1 + (step + 1) * count])
            if step == 0:
                self.wait(page, "the run", lambda: "model" in self.words(page, "body"), seconds=5)
                page.locator("#networks h3").first.wait_for()
            if step == 1:
                self.go_to_the_newest(page)
            if step >= 1:
                self.wait(page, f"step {step}", lambda: self.shown_step(page) == step, seconds=2)

    def test_what_goes_on_after_the_server_was_away_is_shown(self):
        shutil.copytree(RUNS / "transformer", self.output / "runs" / "transformer")
        self.expected = "ERR_|Failed to load|status"
        page = self.open(self.serve())
        port = self.port
        self.stop()
        self.wait(page, "that it is away", lambda: "does not answer" in self.words(page, ".notice"))
        shutil.copytree(RUNS / "transformer-no-residual", self.output / "runs" / "transformer-no-residual")
        self.serve(port)
        self.wait(page, "that it is back", lambda: not page.locator(".notice").first.is_visible())
        page.locator(".chooser summary").click()
        self.wait(page, "what came meanwhile", lambda: page.locator(
            ".chooser input[type=checkbox]").count() == 2)

    def test_files_that_are_no_records_harm_nothing(self):
        shutil.copytree(RUNS / "transformer", self.output / "runs" / "transformer")
        for name, text in (("broken", "{"), ("empty", ""), ("other.partial", "[]")):
            (self.output / "runs" / name).mkdir()
            (self.output / "runs" / name / "run.json").write_text(text)
        page = self.open(self.serve())
        self.assertEqual(page.locator("#networks h3").count(), 1)
        said = self.words(page, ".notice")
        for name in ("broken", "empty"):
            self.assertRegex(said, f"Not shown: .*{name}/run.json")

    # The playground.

    def play(self, page, name):
        page.get_by_role("button", name=name, exact=True).click()

    def steps_played(self, page):
        found = re.search(r"Step ([\d,]+)", self.words(page, "#play-words"))
        return int(found[1].replace(",", "")) if found else 0

    def settled_steps(self, page):
        """How many steps were played once a step in progress has come to its end."""
        seen = []
        while len(seen) < 5 or len(set(seen[-5:])) > 1:
            seen.append(self.steps_played(page))
            page.wait_for_timeout(400)
        return seen[-1]

    def set_up(self, page):
        """Two small networks and drawn patterns."""
        page.locator("#play-panel details summary").click()
        for group, place in (("First network", 0), ("Second network", 1)):
            fields = page.get_by_role("group", name=group)
            fields.get_by_label(re.compile("depth|layers", re.IGNORECASE)).select_option("8")
            fields.get_by_label(re.compile("filters|width", re.IGNORECASE)).select_option("4")
        page.get_by_role("group", name="Both").get_by_label(re.compile(r"^Images(?! of)")).select_option("synthetic")

    def test_two_networks_are_started_paused_stepped_reset_and_kept(self):
        page = self.open(self.serve())
        self.set_up(page)
        self.play(page, "▶ Start")
        self.wait(page, "ten steps", lambda: self.steps_played(page) >= 10)
        self.play(page, "❚❚ Pause")
        self.wait(page, "the pause", lambda: "paused" in self.words(page, "#play-words"))
        played = self.settled_steps(page)
        self.wait(page, "every step", lambda: self.shown_step(page) == played - 1)
        self.play(page, "One step")
        self.wait(page, "one more", lambda: self.steps_played(page) == played + 1)
        self.assertEqual(page.locator("#networks h3").count(), 2)
        self.assert_accessible(page)
        self.play(page, "Keep as runs")
        self.wait(page, "that it is kept", lambda: "Kept as" in self.words(page, "#play-panel .message"))
        kept = sorted(path.name for path in (self.output / "runs").iterdir() if path.is_dir())
        self.assertEqual([name.split("-synthetic")[0] for name in kept], ["plain-8", "resnet-8"])
        for name in kept:
            lines = (self.output / "runs" / name / "steps.csv").read_text().splitlines()
            self.assertEqual(len(lines), played + 2)
        self.assertIn("gradflow run", self.words(page, "#play-panel .command"))
        self.play(page, "Reset")
        self.wait(page, "the beginning", lambda: self.steps_played(page) == 0)
        self.play(page, "End")
        self.wait(page, "the end", lambda: "Start trains" in self.words(page, "#play-words"))
        self.expected = "ERR_|Failed to load"
        said = self.stop()
        self.assertNotIn("rror", said)
        left = [path.name for path in (self.output / "runs").iterdir() if path.name not in kept]
        self.assertEqual(left, [])

    def test_an_answer_that_others_overtook_changes_nothing(self):
        page = self.open(self.serve())
        self.set_up(page)
        self.play(page, "One step")
        self.wait(page, "a step", lambda: self.steps_played(page) == 1)
        held = []
        page.route("**/play", lambda route: held.append((route, route.fetch())), times=1)
        self.play(page, "One step")
        self.wait(page, "another", lambda: held and self.steps_played(page) == 2)
        self.play(page, "End")
        self.wait(page, "the end", lambda: "Start trains" in self.words(page, "#play-words"))
        route, answer = held.pop()
        self.assertNotEqual(answer.json()["play"]["status"], "idle")
        with page.expect_response("**/play"):
            route.fulfill(response=answer)
        page.wait_for_timeout(200)
        self.assertIn("Start trains", self.words(page, "#play-words"))

    def test_each_story_says_what_to_look_for(self):
        page = self.open(self.serve())
        stories = page.get_by_role("group", name="Stories").get_by_role("button")
        self.assertGreaterEqual(stories.count(), 3)
        seen = set()
        for place in range(stories.count()):
            stories.nth(place).click()
            self.wait(page, "words", lambda: self.words(page, "#play-panel .look-for") not in seen)
            seen.add(self.words(page, "#play-panel .look-for"))
        # The last of them trains; a step in progress did not hold the page up.
        self.wait(page, "its steps", lambda: self.steps_played(page) >= 1, seconds=60)

    def test_what_cannot_be_trained_is_said(self):
        page = self.open(self.serve())
        token = self.token()
        self.assertIsNotNone(page)
        for setup in ({"networks": [{"name": "plain-8", "width": 4000}, {"name": "resnet-8", "width": 4}],
                       "settings": {}},
                      {"networks": [{"name": "plain-9", "width": 4}], "settings": {}},
                      {"networks": [], "settings": {}},
                      {"networks": [{"name": "plain-8", "width": 4}, {"name": "resnet-8", "width": 4}],
                       "settings": {"schedule.iterations": "100000000"}},
                      {"networks": [{"name": "plain-8", "width": 4}, {"name": "resnet-8", "width": 4}],
                       "settings": {"dataset.name": "/etc/passwd"}}):
            status, text, _ = self.command({"action": "reset", "setup": setup}, token)
            self.assertEqual(status, 400, setup)
            self.assertRegex(text, r"^[^{}]+\.\n$")
        for body in ("", "{", "[]", '{"action":"destroy"}', '{"action":"reset"}'):
            status, text, _ = self.request("POST", "/play", body, X_Gradflow_Token=token)
            self.assertEqual(status, 400, body)
            self.assertRegex(text, r"\.\n$")

    # What is refused.

    def token(self):
        _, page, _ = self.request("GET", "/")
        return json.loads(re.search(r'id="words">(.*?)</script>', page, re.DOTALL)[1])["served"]["token"]

    def command(self, command, token, **headers):
        return self.request("POST", "/play", json.dumps(command), X_Gradflow_Token=token, **headers)

    def test_only_its_own_page_may_read_and_only_with_the_token_change(self):
        self.serve()
        token = self.token()
        here = f"127.0.0.1:{self.port}"
        self.assertEqual(self.request("GET", "/", Host="evil.example")[0], 421)
        self.assertEqual(self.request("GET", "/runs", Host=f"evil.example:{self.port}")[0], 421)
        self.assertEqual(self.request("GET", "/runs", Host=f"127.0.0.1.evil.example:{self.port}")[0], 421)
        self.assertEqual(self.request("GET", "/runs", Origin="http://evil.example")[0], 403)
        self.assertEqual(self.request("GET", "/runs", Origin="null")[0], 403)
        self.assertEqual(self.request("GET", "/runs", Origin=f"http://{here}")[0], 200)
        self.assertEqual(self.request("GET", "/", Host=f"localhost:{self.port}")[0], 200)
        self.assertEqual(self.command({"action": "end"}, "wrong")[0], 403)
        self.assertEqual(self.request("POST", "/play", "{}")[0], 403)
        self.assertEqual(self.command({"action": "end"}, token, Origin="http://evil.example")[0], 403)
        self.assertEqual(self.request("POST", "/play", " " * 70_000, X_Gradflow_Token=token)[0], 413)
        self.assertEqual(self.request("DELETE", "/runs")[0], 405)
        self.assertEqual(self.request("GET", "/../../etc/passwd")[0], 404)
        self.assertEqual(self.request("GET", "/runs?name=../../secret")[0], 404)
        self.assertEqual(self.command({"action": "end"}, token, Origin=f"http://{here}")[0], 200)

    def test_the_page_forbids_itself_everything_that_it_does_not_need(self):
        self.serve()
        status, page, headers = self.request("GET", "/")
        self.assertEqual(status, 200)
        headers = {key.lower(): value for key, value in headers.items()}
        self.assertNotIn("access-control-allow-origin", headers)
        self.assertEqual(headers["x-content-type-options"], "nosniff")
        policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
        self.assertIn("default-src 'none'", policy)
        self.assertNotIn("unsafe-eval", policy)
        self.assertIn("connect-src 'self'", policy)


if __name__ == "__main__":
    unittest.main()
