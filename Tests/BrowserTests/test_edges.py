"""Records as others make them: of other programs, of one layer and of 1202, and without an end to numbers."""

import math
import unittest

from support import RUNS, BrowserTest, save, write_records


class EdgesTest(BrowserTest):
    def page_of(self, *folders, fragment=""):
        return self.open(save(self.folder / f"{self.id().split('.')[-1]}.html", *folders) + fragment)

    def recorded(self, name, layers, steps, gradient, **options):
        return write_records(self.folder / self.id().split(".")[-1] / name, layers, steps, gradient,
                             name=name, **options)

    def test_a_transformer_of_pytorchs(self):
        page = self.page_of(RUNS / "transformer", RUNS / "transformer-no-residual")
        self.assertEqual(page.locator("#networks h3").count(), 2)
        self.assertIn("transformer", self.words(page, "#networks h3"))
        chart = page.locator("#by-depth .plane")
        chart.focus()
        for key in ("Home", *["ArrowRight"] * 3):
            page.keyboard.press(key)
        self.wait(page, "a name of PyTorch's", lambda: "attention" in self.words(page, "#by-depth .readout"))
        page.locator("#step").focus()
        page.keyboard.press("End")
        self.wait(page, "the last step", lambda: self.shown_step(page) > 0)

    def test_one_layer_and_one_step(self):
        page = self.page_of(self.recorded("single", 1, 1, lambda step, layer: 0.5))
        self.assertTrue(page.locator("#step").is_disabled())
        self.assertEqual(page.locator("#networks h3").count(), 1)
        page.locator("#maps .plane").first.focus()
        page.keyboard.press("ArrowDown")
        self.wait(page, "the layer", lambda: self.words(page, "#layer h2") == "Layer 1: layers.0")
        page.get_by_role("button", name="Play a backward pass").click()
        page.get_by_role("button", name="Predict before you look").click()
        self.wait(page, "words", lambda: "not recorded" in self.words(page, "#predict-words"))

    def test_two_networks_of_very_different_depth(self):
        page = self.page_of(self.recorded("single", 1, 3, lambda step, layer: 0.5),
                            self.recorded("deep", 40, 5, lambda step, layer: 2.0 ** -layer))
        self.assertEqual(page.locator("#networks h3").count(), 2)
        page.locator("#by-depth .plane").focus()
        page.keyboard.press("End")
        self.wait(page, "the last layer", lambda: "Layer 40" in self.words(page, "#by-depth .readout"))
        page.keyboard.press("Enter")
        self.wait(page, "its page", lambda: "Layer 40" in self.words(page, "#layer h2"))

    def test_1202_layers(self):
        page = self.page_of(*sorted(RUNS.glob("*-1202-*")), fragment="#layer=1202&step=last")
        self.assertEqual(page.locator("#networks h3").count(), 2)
        self.assertIn("Layer 1202", self.words(page, "#layer h2"))
        page.locator("#networks .plane").first.hover(position={"x": 700, "y": 50})
        self.wait(page, "a layer in the middle", lambda: any(
            digit in self.words(page, "#networks h3 .readout") for digit in "0123456789"))
        self.assert_accessible(page)

    def test_values_that_are_no_numbers_are_named_and_not_drawn_as_numbers(self):
        values = {0: 1.0, 1: math.inf, 2: math.nan, 3: 0.0}
        folder = self.recorded("broken", 6, 4, lambda step, layer: values[step] if layer > 3 else 1e-3)
        page = self.page_of(folder, fragment="#step=1")
        page.locator("#by-depth .plane").focus()
        page.keyboard.press("End")
        readout = "#by-depth .readout"
        slider = page.locator("#step")
        for step, word in ((1, "inf"), (2, "nan"), (3, "0")):
            slider.focus()
            self.wait(page, f"step {step}", lambda: self.shown_step(page) == step)
            page.locator("#by-depth .plane").focus()
            page.keyboard.press("End")
            self.wait(page, word, lambda: self.words(page, readout).split()[-1].rstrip(".") == word)
            slider.focus()
            page.keyboard.press("ArrowRight")
        legend = self.words(page, "#maps .colorbar").lower()
        for name in ("exactly 0", "infinite", "not a number"):
            self.assertIn(name, legend)
        self.assertIn("At step 3", self.words(page, "#doctor"))
        self.assertRegex(self.words(page, "#doctor").lower(), "dead|zero|starve|nothing")
        self.open_table(page, "#by-depth")
        self.assertNotIn("NaN", page.locator("body").inner_text())
        self.assertNotIn("undefined", page.locator("body").inner_text())
        for path in page.locator("svg path").evaluate_all("(all) => all.map((each) => each.getAttribute('d'))"):
            self.assertNotRegex(path or "", "NaN|Infinity|undefined")
        self.assert_accessible(page)

    def test_nothing_but_nan(self):
        page = self.page_of(self.recorded("lost", 3, 2, lambda step, layer: math.nan, error=math.nan))
        page.locator("#step").focus()
        page.keyboard.press("End")
        self.wait(page, "the last step", lambda: self.shown_step(page) == 1)
        for path in page.locator("svg path").evaluate_all("(all) => all.map((each) => each.getAttribute('d'))"):
            self.assertNotRegex(path or "", "NaN|Infinity|undefined")
        self.assertNotIn("undefined", page.locator("body").inner_text())


if __name__ == "__main__":
    unittest.main()
