// Loss and error while networks learn.

import { button, html, section } from "./dom.js";
import { looks } from "./colors.js";
import { percent, rounded } from "./numbers.js";
import { Plot, roundDomain } from "./plot.js";

export class Curves {
  constructor(store) {
    this.store = store;
    this.plot = new Plot({
      title: "", describe: (x) => this.words(x), height: 320,
      pick: (x) => store.chooseStep(nearestStep(store.steps, x)),
    });
    this.element = section("curves", "While they learn",
      "Thin: single mini-batches. Dashed: their mean between evaluations. Whole: the error on images "
      + "that are not learned from. A click goes to that step.");
    this.switches = html("div", { className: "choices", role: "group", "aria-label": "Curves" });
    this.element.append(this.switches, this.plot.element);
    store.follow((state, changed) => this.update(changed));
  }

  update(changed) {
    if (["shown", "measure", "records"].some((key) => changed.has(key))) this.draw();
    if (["shown", "measure", "records", "step"].some((key) => changed.has(key))) {
      this.plot.mark(this.store.state.step);
    }
  }

  get measure() {
    const hasErrors = this.store.shownRuns.some((run) => hasColumn(run, "steps", "error")
      || hasColumn(run, "evaluations", "evaluation"));
    return hasErrors ? this.store.state.measure : "loss";
  }

  draw() {
    const runs = this.store.shownRuns;
    const { measure } = this;
    const styles = looks(runs);
    const series = [];
    for (const run of runs) {
      const { color } = styles.get(run.name);
      const steps = run.table("steps");
      if (!steps) continue;
      const points = steps.steps.map((step, place) => [step, steps.value(measure, place)]);
      series.push({
        name: `${run.title}, ${measure} of mini-batches`, points, color, width: 0.7, isThin: true,
      });
      const evaluations = run.table("evaluations");
      const column = (name) => evaluations.steps.map((step, place) => (
        [step, evaluations.value(name, place)])).filter(([, value]) => value !== null);
      const means = measure === "error" && evaluations && column("training").length > 0
        ? column("training") : averaged(points);
      series.push({
        name: `${run.title}, training ${measure}`, points: means, color, dash: "6 3", width: 2,
      });
      if (measure === "error" && evaluations) {
        series.push({
          name: `${run.title}, evaluation error`, points: column("evaluation"), color, width: 2.2,
        });
      }
    }
    const last = Math.max(...runs.map((run) => (run.isGrowing ? run.lastStep : run.iterations)), 1);
    this.plot.frame({
      x: { title: "training step", kind: "linear", domain: [0, last], isWhole: true },
      y: measure === "error"
        ? { title: "error (%)", kind: "linear", domain: [0, errorLimit(series, last)] }
        : { title: "loss", kind: "logarithmic", domain: roundDomain("logarithmic", series
          .flatMap(({ points }) => points.map(([, value]) => value))) },
    });
    this.plot.name(measure === "error" ? "Training and evaluation error" : "Training loss");
    this.plot.draw(series);
    this.switches.replaceChildren(...["error", "loss"].map((each) => button(each,
      () => this.store.set({ measure: each }), { "aria-pressed": String(each === measure) })));
  }

  words(x) {
    const measure = this.measure === "error" ? percent : rounded;
    const values = this.plot.series.filter(({ isThin }) => !isThin).map(({ name, points }) => {
      const before = points.findLast(([step, value]) => step <= x && value !== null);
      return before ? `${name} ${measure(before[1])}` : null;
    }).filter(Boolean);
    return `Step ${x.toLocaleString("en")}: ${values.join("; ")}`;
  }
}

function hasColumn(run, table, column) {
  const found = run.table(table);
  return Boolean(found && found.length > 0 && !found.all(column).next().done);
}

function nearestStep(steps, x) {
  return steps.reduce((best, step) => (Math.abs(step - x) < Math.abs(best - x) ? step : best),
    steps[0] ?? 0);
}

/** A round number above what is left after the first tenth. */
function errorLimit(series, last) {
  const values = series.filter(({ isThin }) => !isThin).flatMap(({ points }) => {
    const late = points.filter(([step]) => step > last / 10);
    return (late.length ? late : points).map(([, value]) => value);
  }).filter((value) => value !== null && Number.isFinite(value));
  const highest = values.length ? Math.max(...values) : 100;
  return Math.min(100, Math.ceil(highest / 10 + 0.2) * 10);
}

/** Means over twentieths of the curve, at their middles. */
function averaged(points) {
  const known = points.filter(([, value]) => value !== null && !Number.isNaN(value));
  const size = Math.max(1, Math.floor(known.length / 20));
  const means = [];
  for (let start = 0; start + size <= known.length; start += size) {
    const part = known.slice(start, start + size);
    const middle = Math.round((part[0][0] + part.at(-1)[0]) / 2);
    means.push([middle, part.reduce((sum, [, value]) => sum + value, 0) / size]);
  }
  return means;
}
