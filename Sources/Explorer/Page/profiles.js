// A quantity by depth, of every layer or block, at the chosen step.

import { choice, html, section } from "./dom.js";
import { looks } from "./colors.js";
import { counted, isNumber, rounded } from "./numbers.js";
import { Plot, roundDomain } from "./plot.js";
import { everyValue, isRecorded, profile, quantities, quantity } from "./quantities.js";

export class Profiles {
  constructor(store) {
    this.store = store;
    this.plot = new Plot({
      title: "", describe: (x) => this.words(x), height: 360,
      pick: (x) => { if (this.quantity.over === "layers") store.set({ layer: x }); },
    });
    this.choices = document.createElement("div");
    this.choices.className = "choices";
    this.element = section("by-depth", "By depth",
      "From the first layer at the left to the classifier at the right. Pale lines: the first recorded "
      + "step, and, dashed, the last.");
    this.missing = html("p", { className: "remark" }, "None of these runs has recorded that.");
    this.element.append(this.choices, this.missing, this.plot.element);
    store.follow((state, changed) => this.update(changed));
  }

  get quantity() {
    return quantity(this.store.state.quantity);
  }

  update(changed) {
    if (["shown", "quantity", "records"].some((key) => changed.has(key))) this.frame();
    if (changed.has("layer")) this.mark();
    if (["shown", "quantity", "records", "step"].some((key) => changed.has(key))) this.draw();
  }

  frame() {
    const runs = this.store.shownRuns;
    const shown = this.quantity;
    const options = quantities.filter((each) => isRecorded(each, runs) || each === shown);
    this.choices.replaceChildren(choice("Show", options.map(({ id, title }) => (
      { value: id, text: title })), shown.id, (id) => this.store.set({ quantity: id })));
    this.missing.hidden = isRecorded(shown, runs);
    const last = Math.max(...runs.map((run) => (shown.over === "blocks"
      ? run.structure.blocks.length : run.main.at(-1)?.index ?? 1)), 1);
    const deepest = runs.reduce((best, run) => (best && best.depth >= run.depth ? best : run), null);
    this.plot.frame({
      x: {
        title: shown.over === "blocks" ? "block" : "layer", kind: "linear",
        domain: [0.5, last + 0.5], isWhole: true,
      },
      y: {
        title: shown.axis, kind: shown.kind,
        domain: shown.isShare ? [0, 1] : roundDomain(shown.kind, everyValue(shown, runs)),
      },
      rules: shown.over === "layers" && deepest
        ? deepest.stages.map(({ position, label }) => ({ x: position, label })) : [],
    });
    this.mark();
  }

  mark() {
    this.plot.mark(this.quantity.over === "layers" ? this.store.state.layer : null);
  }

  draw() {
    const { state, shownRuns: runs } = this.store;
    const shown = this.quantity;
    const styles = looks(runs);
    const series = [];
    for (const run of runs) {
      const { color, dash } = styles.get(run.name);
      for (const part of shown.parts) {
        const table = run.table(part.table);
        if (!table || table.length === 0) continue;
        const ghosts = [[0, ""], [table.length - 1, "4 4"]];
        for (const [place, ghostDash] of ghosts) {
          series.push({
            points: profile(run, part, place), color, width: 1.2, dash: ghostDash, isGhost: true,
            isTabulated: false,
          });
        }
        series.push({
          name: part.name ? `${run.title}, ${part.name}` : run.title,
          points: profile(run, part, table.place(state.step)), color, dash: part.dash ?? dash,
          width: part.dash ? 2 : 2.2,
        });
      }
    }
    // What is meant lies above what is left of other steps.
    series.sort((one, other) => (other.isGhost ?? false) - (one.isGhost ?? false));
    this.plot.name(`${capitalized(shown.title)} at step ${state.step.toLocaleString("en")}`);
    this.plot.draw(series);
  }

  /** The values at a layer or block. */
  words(x) {
    const runs = this.store.shownRuns;
    const values = this.plot.series.filter((series) => !series.isGhost).map((series) => {
      const value = series.points.find(([each]) => each === x)?.[1];
      return value === undefined ? null
        : `${series.name} ${isNumber(value) ? rounded(value) : value === null ? "not measured" : "nan"}`;
    }).filter(Boolean);
    const name = this.quantity.over === "blocks"
      ? runs.map((run) => run.structure.blocks[x - 1]?.name).find(Boolean)
      : runs.map((run) => run.layer(x)?.name).find(Boolean);
    const kind = this.quantity.over === "blocks" ? "Block" : "Layer";
    return `${kind} ${x}${name ? `, ${name}` : ""}: ${values.join("; ")}`;
  }
}

export function capitalized(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** How many steps the runs recorded, in words. */
export function extent(runs) {
  const counts = runs.map((run) => run.recordedSteps.length);
  return counted(Math.max(...counts, 0), "recorded step");
}
