"""A saved page, opened by a double-click: everything that can be done with it."""

import csv
import gzip
import re
import unittest

from support import RUNS, BrowserTest, gradflow, save


class PageTest(BrowserTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.url = save(cls.folder / "quickstart.html", "quickstart")
        cls.flow = save(cls.folder / "gradient-flow.html", "gradient-flow")

    def test_slider_keys_and_charts_move_along(self):
        page = self.open(self.url)
        self.assertEqual(self.shown_step(page), 0)
        self.assertIn("at initialization", self.words(page, "#step-words"))
        slider = page.get_by_role("slider", name="Training step")
        slider.focus()
        page.keyboard.press("End")
        self.wait(page, "the last step", lambda: "the last recorded" in self.words(page, "#step-words"))
        last = self.shown_step(page)
        self.assertGreater(last, 50)
        self.assertIn(f"at step {last}", self.words(page, "#by-depth figcaption"))
        self.assertIn(f"At step {last}", self.words(page, "#doctor"))
        page.keyboard.press("ArrowLeft")
        self.wait(page, "the step before", lambda: self.shown_step(page) < last)
        page.keyboard.press("Home")
        self.wait(page, "the first step", lambda: self.shown_step(page) == 0)
        slider.evaluate("(each) => { each.value = 5000; each.dispatchEvent(new Event('input')); }")
        self.wait(page, "a step between", lambda: 0 < self.shown_step(page) < last)
        self.assertEqual(self.hash(page)["step"], str(self.shown_step(page)))

    def test_the_play_button_runs_through_the_training_and_stops(self):
        page = self.open(self.url)
        play = page.get_by_role("button", name="Play the training")
        play.click()
        stop = page.get_by_role("button", name="Stop")
        self.wait(page, "a later step", lambda: self.shown_step(page) >= 3)
        stop.click()
        self.wait(page, "the stop", play.is_visible)
        page.wait_for_timeout(100)
        step = self.shown_step(page)
        page.wait_for_timeout(500)
        self.assertEqual(self.shown_step(page), step)

    def test_a_backward_pass_says_how_the_gradient_changed(self):
        page = self.open(self.url)
        page.get_by_role("button", name="Play a backward pass").click()
        self.wait(page, "words for both networks", lambda: re.search(
            r"plain.*residual|plain.*resnet", self.words(page, "#backward-words"), re.IGNORECASE))
        before = self.words(page, "#backward-words")
        page.wait_for_timeout(4000)
        self.assertNotEqual(self.words(page, "#backward-words"), before)

    def test_who_wants_stillness_gets_the_words_without_the_motion(self):
        page = self.open(self.url, reduced_motion="reduce")
        page.get_by_role("button", name="Play a backward pass").click()
        self.wait(page, "words", lambda: re.search(r"\d", self.words(page, "#backward-words")))
        words = self.words(page, "#backward-words")
        page.wait_for_timeout(600)
        self.assertEqual(self.words(page, "#backward-words"), words)

    def test_pointer_and_keys_read_the_values_of_a_chart(self):
        page = self.open(self.url)
        chart = page.locator("#by-depth .plane")
        chart.hover(position={"x": 300, "y": 150})
        readout = "#by-depth .readout"
        self.wait(page, "a value", lambda: re.match(r"Layer \d+, .*: .*\d", self.words(page, readout)))
        page.mouse.move(5, 5)
        chart.focus()
        page.keyboard.press("Home")
        page.keyboard.press("ArrowRight")
        self.wait(page, "layer 2", lambda: self.words(page, readout).startswith("Layer 2,"))
        page.keyboard.press("Enter")
        self.wait(page, "its page", lambda: self.words(page, "#layer h2").startswith("Layer 2:"))

    def test_values_and_tables_are_those_of_the_records(self):
        page = self.open(self.url + "#step=0")
        run = re.search(r"runs=([^&,]+)", page.url)[1]
        folder = next(path for path in sorted(RUNS.glob(f"{run}-fashion*")))
        packed = folder / "gradients.csv.gz"
        with gzip.open(packed, "rt") if packed.exists() else open(folder / "gradients.csv") as file:
            rows = list(csv.DictReader(file))
        truth = {int(row["layer_index"]): float(row["l2"]) for row in rows
                 if row["step"] == "0" and row["kind"] == "weight" and row["path"] == "main"}
        self.open_table(page, "#by-depth")
        cells = page.locator("#by-depth table tbody tr").evaluate_all(
            "(rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent))")
        self.assertEqual(len(cells), len(truth))
        for first, text, *_ in cells:
            value = number(text)
            self.assertAlmostEqual(value, truth[int(first)], delta=0.06 * truth[int(first)])

    def test_a_click_in_the_heat_map_chooses_layer_and_step(self):
        page = self.open(self.url)
        box = page.locator("#maps .plane").first
        box.scroll_into_view_if_needed()
        box.click(position={"x": 300, "y": 60})
        self.wait(page, "a layer", lambda: "layer" in self.hash(page))
        self.assertGreater(self.shown_step(page), 0)
        self.assertIn(f"Layer {self.hash(page)['layer']}:", self.words(page, "#layer h2"))
        rows = page.locator("#layer table tbody tr").count()
        self.assertGreaterEqual(rows, 4)
        box.focus()
        layer, step = int(self.hash(page)["layer"]), self.shown_step(page)
        page.keyboard.press("ArrowDown")
        self.wait(page, "the layer below", lambda: int(self.hash(page)["layer"]) == layer + 1)
        page.keyboard.press("ArrowRight")
        self.wait(page, "the step after", lambda: self.shown_step(page) > step)

    def test_another_quantity_is_drawn_and_kept_in_the_address(self):
        page = self.open(self.url)
        choice = page.locator("#by-depth select")
        options = choice.locator("option").evaluate_all("(all) => all.map((each) => each.value)")
        self.assertGreaterEqual(len(options), 6)
        for option in options:
            choice.select_option(option)
            self.wait(page, option, lambda: self.hash(page).get("show", "weights") == option)
            curves = page.locator("#by-depth svg path[stroke]").count()
            self.assertGreater(curves, 0, option)

    def test_the_address_restores_what_was_seen(self):
        page = self.open(self.flow)
        networks = page.locator("#networks h3").count()
        self.assertEqual(networks, 2)
        page = self.open(self.flow + "#runs=plain-20,resnet-56,plain-56&step=last&layer=8&show=outputs&curves=loss")
        self.assertEqual(page.locator("#networks h3").count(), 3)
        self.assertIn("the last recorded", self.words(page, "#step-words"))
        self.assertTrue(self.words(page, "#layer h2").startswith("Layer 8"))
        self.assertEqual(page.locator("#by-depth select").input_value(), "outputs")
        self.assertIn("plain-20", self.words(page, "#networks h3"))
        # A teacher's link in a page that is open already.
        page.evaluate("() => { location.hash = '#runs=resnet-20&step=0'; }")
        self.wait(page, "one network", lambda: page.locator("#networks h3").count() == 1)
        # What makes no sense is passed over.
        page = self.open(self.flow + "#runs=nonsense,,&step=x&layer=-7&show=&predict=nobody,nothing,never")
        self.assertEqual(page.locator("#networks h3").count(), 2)

    def test_networks_are_chosen_up_to_four_beside_each_other(self):
        page = self.open(self.flow)
        page.locator(".chooser summary").click()
        for count in (3, 4):
            page.locator(".chooser input[type=checkbox]:not(:checked)").first.click()
            self.wait(page, f"{count} networks", lambda: page.locator("#networks h3").count() == count)
        others = page.locator(".chooser input[type=checkbox]:not(:checked)")
        self.assertTrue(all(each.is_disabled() for each in others.all()))
        page.get_by_role("button", name=re.compile("^Leave out")).first.click()
        self.wait(page, "three networks", lambda: page.locator("#networks h3").count() == 3)

    def test_a_guess_is_drawn_before_the_answer_is_shown(self):
        page = self.open(self.flow + "#predict=plain-56,weights,first")
        self.assertFalse(page.locator("#networks").is_visible())
        self.assertFalse(page.locator("#by-depth").is_visible())
        show = page.get_by_role("button", name="Show the answer")
        self.assertTrue(show.is_disabled())
        box = page.locator("#predict .plane").bounding_box()
        page.mouse.move(box["x"] + 80, box["y"] + 60)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] - 30, box["y"] + 200, steps=10)
        page.mouse.up()
        self.wait(page, "a guess", show.is_enabled)
        show.click()
        self.wait(page, "a verdict", lambda: re.search(
            r"off by a factor of .*, most at layer \d+", self.words(page, "#predict-words")))
        self.wait(page, "everything else", page.locator("#networks").is_visible)

    def test_a_guess_can_be_made_with_the_keys_alone(self):
        page = self.open(self.url)
        begin = page.get_by_role("button", name="Predict before you look")
        begin.focus()
        page.keyboard.press("Enter")
        show = page.get_by_role("button", name="Show the answer")
        show.wait_for()
        page.locator("#predict .plane").focus()
        for key in ("ArrowRight", "ArrowRight", "ArrowUp", "ArrowUp", "End", "ArrowDown"):
            page.keyboard.press(key)
        self.wait(page, "the guess", lambda: "your guess" in self.words(page, "#predict .readout"))
        self.wait(page, "a guess", show.is_enabled)
        show.focus()
        page.keyboard.press("Enter")
        self.wait(page, "a verdict", lambda: "factor" in self.words(page, "#predict-words"))

    def test_the_doctor_says_what_diagnose_says(self):
        name = "plain-56-no-bn-sigmoid-cifar-10-s0"
        folder = next(path for path in sorted(RUNS.iterdir()) if path.name.startswith(name))
        page = self.open(save(self.folder / "doctor.html", folder) + "#step=last")
        self.assertRegex(self.words(page, "#doctor article p"), r"^At step [\d,]+:")
        page.locator("#doctor details summary").click()
        said = " ".join(self.words(page, "#doctor pre").split())
        whole = " ".join(gradflow("diagnose", folder).split())
        self.assertTrue(whole.endswith(said) and said, f"{said}\n{whole}")

    def test_nothing_serious_keeps_anybody_out(self):
        for scheme in ("light", "dark"):
            for fragment in ("#step=3&layer=2", "#predict=plain-20,weights,first"):
                with self.subTest(scheme=scheme, fragment=fragment):
                    page = self.open(self.url + fragment, color_scheme=scheme)
                    self.assert_accessible(page)

    def test_it_fits_a_narrow_telephone(self):
        page = self.open(self.flow + "#layer=3", viewport={"width": 360, "height": 740})
        self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth"), 360)
        self.assert_accessible(page)
        page.locator("#maps .plane").first.click(position={"x": 200, "y": 60})
        self.wait(page, "a layer", lambda: self.shown_step(page) > 0)

    def test_without_javascript_it_says_so_and_shows_still_figures(self):
        page = self.open(self.url, ready=False, java_script_enabled=False)
        self.assertIn("JavaScript", self.words(page, "noscript .notice"))
        self.assertGreaterEqual(page.locator("noscript svg, noscript img").count(), 1)
        self.assertFalse(page.locator("main").is_visible())

    def test_on_paper_it_is_as_wide_as_paper_and_light(self):
        page = self.open(self.url + "#layer=3", color_scheme="dark")
        page.locator("#theme").click()
        page.locator("#theme").click()
        theme = page.evaluate("document.documentElement.dataset.theme")
        self.assertEqual(theme, "dark")
        # What a browser tells a page before it prints, and after.
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        self.assertEqual(page.evaluate("document.documentElement.dataset.theme"), "light")
        widths = page.locator("canvas, figure svg").evaluate_all(
            "(all) => all.map((each) => each.getBoundingClientRect().right)")
        self.assertGreater(len(widths), 8)
        self.assertLess(max(widths), 718, "A4 between margins of a centimetre")
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        self.assertEqual(page.evaluate("document.documentElement.dataset.theme"), "dark")
        self.wait(page, "the whole width", lambda: max(page.locator("canvas").evaluate_all(
            "(all) => all.map((each) => each.clientWidth)")) > 1000)
        self.assertGreater(len(page.pdf()), 10_000)

    def test_the_button_changes_the_colours(self):
        page = self.open(self.url, color_scheme="light")
        background = "getComputedStyle(document.body).backgroundColor"
        light = page.evaluate(background)
        page.locator("#theme").click()
        page.locator("#theme").click()
        self.assertEqual(page.evaluate("document.documentElement.dataset.theme"), "dark")
        self.assertNotEqual(page.evaluate(background), light)


def number(text):
    """What a number as people write it is worth."""
    text = text.replace("−", "-").replace("\u202f", "").replace(",", "")
    found = re.fullmatch(r"(-?[\d.]+)×10(.+)", text)
    if not found:
        return float(text)
    exponent = found[2].translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-"))
    return float(found[1]) * 10 ** int(exponent)


if __name__ == "__main__":
    unittest.main()
