// One layer: its place in the network, and everything that was recorded of it.

import { button, html, section } from "./dom.js";
import { looks } from "./colors.js";
import { cell, grouped, rounded } from "./numbers.js";
import { Plot, roundDomain, timeAxis } from "./plot.js";
import { past, isRecorded, quantities } from "./quantities.js";
import { capitalized } from "./profiles.js";

export class LayerPage {
  constructor(store) {
    this.store = store;
    this.plots = new Map();
    this.element = section("layer", "One layer", "");
    this.place = html("p", { className: "remark" });
    this.walk = html("div", { className: "choices" },
      button("← before", () => this.move(-1), { "aria-label": "The layer before" }),
      button("behind →", () => this.move(1), { "aria-label": "The layer behind" }),
      button("close", () => store.set({ layer: null })));
    this.grid = html("div", { className: "grid" });
    this.numbers = html("div", { className: "scrolling", tabIndex: 0, role: "group",
      "aria-label": "All numbers of the layer at this step" });
    this.element.append(this.walk, this.place, this.grid, this.numbers);
    store.follow((state, changed) => this.update(changed));
  }

  get heading() {
    return this.element.querySelector("h2");
  }

  /** Of layers alone; a layer's block is told of in words. */
  get quantities() {
    return quantities.filter((each) => each.over === "layers" && isRecorded(each, this.runs));
  }

  /** The runs that have such a layer. */
  get runs() {
    return this.store.shownRuns.filter((run) => run.layer(this.store.state.layer));
  }

  update(changed) {
    const { layer } = this.store.state;
    this.walk.hidden = layer === null;
    if (layer === null) {
      this.heading.textContent = "One layer";
      this.place.textContent = "Choose a layer in any chart above: by a click, or with the arrow keys.";
      this.grid.replaceChildren();
      this.numbers.replaceChildren();
      this.keep([]);
      return;
    }
    if (["shown", "layer", "records"].some((key) => changed.has(key))) {
      this.describe(layer);
      this.draw(layer);
    }
    if (["shown", "layer", "records", "step"].some((key) => changed.has(key))) {
      for (const plot of this.plots.values()) plot.mark(this.store.state.step + 1);
      this.fill(layer);
    }
  }

  move(count) {
    const main = this.runs[0]?.main ?? [];
    const place = main.findIndex((layer) => layer.index === this.store.state.layer);
    const next = main[Math.min(Math.max(place + count, 0), main.length - 1)];
    if (next) this.store.set({ layer: next.index });
  }

  describe(index) {
    const { runs } = this;
    const first = runs[0];
    const layer = first?.layer(index);
    this.heading.textContent = layer ? `Layer ${index}: ${layer.name}` : `Layer ${index}`;
    if (!layer) {
      this.place.textContent = "None of the networks has so many layers.";
      return;
    }
    const block = first.structure.blocks.find((each) => layer.name.startsWith(`${each.name}.`));
    const filters = layer.filters ? `, ${layer.filters} filters` : "";
    const others = runs.slice(1).filter((run) => run.layer(index).name !== layer.name)
      .map((run) => `in ${run.title} it is ${run.layer(index).name}`);
    this.place.textContent = `${capitalized(layer.kind)} ${index} of ${first.main.length}`
      + `${filters}, ${grouped(layer.parameters)} parameters`
      + (block ? `, in block ${block.name}` : "")
      + (others.length ? `; ${others.join("; ")}` : "") + ".";
  }

  draw(index) {
    const { runs } = this;
    const styles = looks(this.store.shownRuns);
    const steps = this.store.steps;
    const wanted = this.quantities;
    this.keep(wanted.map(({ id }) => id));
    for (const shown of wanted) {
      if (!this.plots.has(shown.id)) {
        const plot = new Plot({
          title: capitalized(shown.title), height: 200, describe: (x) => wordsAt(plot, x - 1, x),
          pick: (x) => this.store.chooseStep(x - 1),
        });
        this.plots.set(shown.id, plot);
      }
      const plot = this.plots.get(shown.id);
      const series = runs.map((run) => ({
        name: run.title, color: styles.get(run.name).color, dash: styles.get(run.name).dash,
        points: past(run, shown.parts[0], index).map(([step, value]) => [step + 1, value]),
      }));
      plot.frame({
        x: timeAxis(steps),
        y: {
          title: "", kind: shown.kind,
          domain: shown.isShare ? [0, 1] : roundDomain(shown.kind,
            series.flatMap(({ points }) => points.map(([, value]) => value))),
        },
      });
      plot.name(capitalized(shown.title));
      plot.draw(series);
    }
    this.grid.replaceChildren(...wanted.map((shown) => this.plots.get(shown.id).element));
  }

  /** Gives up the plots of other quantities. */
  keep(ids) {
    for (const [id, plot] of this.plots) {
      if (ids.includes(id)) continue;
      plot.observer.disconnect();
      this.plots.delete(id);
    }
  }

  /** All numbers at the chosen step, a row for each kind. */
  fill(index) {
    const { runs } = this;
    const rows = this.quantities.map((shown) => [capitalized(shown.title), ...runs.map((run) => {
      const points = past(run, shown.parts[0], index);
      const place = run.table(shown.parts[0].table)?.place(this.store.state.step) ?? 0;
      return cell(points[place]?.[1]);
    })]);
    this.numbers.replaceChildren(html("table", {},
      html("caption", {}, `At step ${this.store.state.step.toLocaleString("en")}`),
      html("thead", {}, html("tr", {}, html("th", { scope: "col" }, "quantity"),
        ...runs.map((run) => html("th", { scope: "col" }, run.title)))),
      html("tbody", {}, ...rows.map(([first, ...rest]) => html("tr", {},
        html("th", { scope: "row" }, first), ...rest.map((text) => html("td", {}, text)))))));
  }
}

function wordsAt(plot, step, x) {
  const values = plot.series.map(({ name, points }) => {
    const value = points.find(([each]) => each === x)?.[1];
    return value === undefined ? null : `${name} ${value === null ? "–" : rounded(value)}`;
  }).filter(Boolean);
  return `Step ${step.toLocaleString("en")}: ${values.join("; ")}`;
}
