"""The page's scales and numbers give what the charts give, for every case of the file that both are tested by."""

import json
import re
import unittest

from support import ROOT, BrowserTest

CASES = ROOT / "Tests" / "ExplorerTests" / "Fixtures" / "scales.json"
PAGE = ROOT / "Sources" / "Explorer" / "Page"

SCALES = """(scales) => scales.map((each) => {
  const domain = domainCovering(each.kind, each.values);
  const nice = niceDomain(each.kind, domain);
  const scale = new Scale(each.kind, nice, 300, 10);
  const { major, minor } = scale.ticks((ticks) => ticks.every((tick, place) => place === 0
    || Math.abs(scale.position(ticks[place - 1].value) - scale.position(tick.value))
      >= each.distance * 290), each.onlyWhole);
  return { domain, nice, positions: each.values.map((value) => scale.position(value)),
    labels: major.map(({ label }) => label), places: major.map(({ value }) => value), minor };
})"""
NUMBERS = """(numbers) => numbers.map(({ value }) => (
  { rounded: rounded(value), percent: percent(value), fixed: fixed(value, 2) }))"""


class ScalesTest(BrowserTest):
    def module(self, *names):
        """A page with some modules of the explorer in it, as one script."""
        page = self.open("about:blank", ready=False)
        script = "".join((PAGE / name).read_text() for name in names)
        script = re.sub(r"^import .*?;$", "", script, flags=re.MULTILINE | re.DOTALL)
        page.add_script_tag(content=re.sub(r"^export ", "", script, flags=re.MULTILINE))
        return page

    def assert_near(self, one, other, where):
        self.assertEqual(len(one), len(other), where)
        for mine, its in zip(one, other):
            if mine is None or its is None:
                self.assertEqual(mine, its, where)
            else:
                self.assertAlmostEqual(mine, its, msg=where,
                                       delta=1e-9 * max(abs(mine), abs(its)))

    def test_domains_ticks_and_positions_are_those_of_the_charts(self):
        cases = json.loads(CASES.read_text())["scales"]
        page = self.module("numbers.js", "scales.js")
        for case, found in zip(cases, page.evaluate(SCALES, cases), strict=True):
            where = f"{case['kind']} {case['values']}"
            self.assertEqual(found["labels"], case["labels"], where)
            for key in ("domain", "nice", "positions", "places", "minor"):
                self.assert_near(found[key], case[key], f"{key} of {where}")

    def test_numbers_are_written_as_in_charts(self):
        cases = json.loads(CASES.read_text())["numbers"]
        page = self.module("numbers.js")
        for case, found in zip(cases, page.evaluate(NUMBERS, cases), strict=True):
            self.assertEqual({**found, "value": case["value"]}, case)


if __name__ == "__main__":
    unittest.main()
