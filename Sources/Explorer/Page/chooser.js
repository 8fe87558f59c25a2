// Which runs are shown, and what their curves look like.

import { button, html, svg } from "./dom.js";
import { looks } from "./colors.js";
import { runLimit } from "./store.js";

export class Chooser {
  constructor(store) {
    this.store = store;
    this.chips = html("ul", { className: "chips", "aria-label": "Networks shown" });
    this.filter = html("input", { type: "search", placeholder: "Find", "aria-label": "Find runs" });
    this.options = html("div", { className: "options" });
    this.more = html("details", { className: "chooser" },
      html("summary", {}, "Networks"), html("p", { className: "remark" },
        `Up to ${runLimit} beside each other.`), this.filter, this.options);
    this.element = html("nav", { className: "choosing", "aria-label": "Networks" }, this.chips, this.more);
    this.filter.addEventListener("input", () => this.list());
    this.more.addEventListener("toggle", () => this.list());
    store.follow((state, changed) => {
      if (changed.has("shown") || changed.has("records")) this.update();
    });
  }

  update() {
    const { shownRuns: runs } = this.store;
    const styles = looks(runs);
    this.chips.replaceChildren(...runs.map((run) => {
      const { color, dash } = styles.get(run.name);
      const sample = svg("svg", { width: 30, height: 12, "aria-hidden": "true" },
        svg("path", { d: "M1 6H29", stroke: color, "stroke-width": 3, "stroke-dasharray": dash }));
      const state = run.isGrowing ? html("span", { className: "growing" }, "under way") : null;
      return html("li", {}, sample, html("span", { title: run.conditions }, run.title), state,
        runs.length > 1 ? button("×", () => this.toggle(run), {
          className: "quiet", "aria-label": `Leave out ${run.title}`,
        }) : null);
    }));
    this.more.hidden = this.store.runs.length < 2;
    this.list();
  }

  /** The list of all runs, by their conditions, while it is open. */
  list() {
    if (!this.more.open) return;
    const words = this.filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const groups = new Map();
    for (const run of this.store.runs) {
      const text = `${run.label} ${run.name} ${run.conditions} ${run.verdict}`.toLowerCase();
      if (!words.every((word) => text.includes(word))) continue;
      if (!groups.has(run.conditions)) groups.set(run.conditions, []);
      groups.get(run.conditions).push(run);
    }
    this.filter.hidden = this.store.runs.length < 8;
    const isFull = this.store.shownRuns.length >= runLimit;
    this.options.replaceChildren(...[...groups].map(([conditions, runs]) => (
      html("fieldset", {}, html("legend", {}, conditions), ...runs.map((run) => {
        const isShown = this.store.state.shown.includes(run.name);
        const box = html("input", { type: "checkbox", checked: isShown, disabled: isFull && !isShown });
        box.addEventListener("change", () => this.toggle(run));
        return html("label", {}, box, `${run.label} `,
          html("small", {}, run.isGrowing ? "under way" : run.verdict));
      })))));
    if (groups.size === 0) this.options.append(html("p", {}, "None is like that."));
  }

  toggle(run) {
    const { shown } = this.store.state;
    const next = shown.includes(run.name) ? shown.filter((name) => name !== run.name)
      : [...shown, run.name].slice(0, runLimit);
    if (next.length === 0) return;
    this.store.set({ shown: next });
    this.store.move(0);
  }
}
