// The step that everything on the page is about: a slider, keys, and a play button.

import { button, html, svg } from "./dom.js";
import { textWidth } from "./dom.js";
import { percent, rounded } from "./numbers.js";
import { whenResized } from "./paper.js";
import { timeAxis } from "./plot.js";
import { Scale } from "./scales.js";

/** Positions of the slider. */
const range = 10_000;
/** Recorded steps a second while time runs. */
const pace = 8;
/** Half the width of the slider's thumb, in pixels. */
const thumb = 9;

export class TimeBar {
  constructor(store) {
    this.store = store;
    this.play = button("▶", () => this.toggle(), { id: "play", className: "round" });
    this.slider = html("input", {
      type: "range", id: "step", min: "0", max: String(range), step: "1", "aria-label": "Training step",
    });
    this.words = html("output", { id: "step-words", for: "step" });
    this.ticks = svg("svg", { class: "ticks", "aria-hidden": "true" });
    this.track = html("div", { className: "track" }, this.slider, this.ticks);
    this.element = html("div", { className: "timebar", role: "group", "aria-label": "Time" },
      this.play, this.track, this.words);
    this.slider.addEventListener("input", () => this.slide());
    this.slider.addEventListener("keydown", (event) => this.key(event));
    whenResized(this.track, () => this.drawTicks());
    store.follow((state, changed) => this.update(changed));
    this.label();
  }

  update(changed) {
    if (changed.has("shown") || changed.has("records")) this.drawTicks();
    this.show();
  }

  get scale() {
    return new Scale("logarithmic", [1, (this.store.steps.at(-1) ?? 0) + 1], 0, range);
  }

  show() {
    const { state, steps } = this.store;
    const place = this.scale.position(state.step + 1) ?? 0;
    if (Math.round(place) !== Number(this.slider.value)) this.slider.value = String(Math.round(place));
    const words = this.describe(state.step);
    this.slider.setAttribute("aria-valuetext", words);
    this.slider.disabled = steps.length < 2;
    this.play.disabled = steps.length < 2;
    const errors = this.store.shownRuns.map((run) => lossAt(run, state.step)).filter(Boolean);
    this.words.replaceChildren(html("strong", {}, words), ...errors.map((text) => html("span", {}, text)));
  }

  describe(step) {
    const runs = this.store.shownRuns;
    const name = step === 0 && runs.length && runs.every((run) => run.beginsAtInitialization)
      ? ", at initialization" : "";
    const last = this.store.steps.at(-1) ?? 0;
    const end = step === last && step > 0 ? (this.store.isLive ? ", the newest" : ", the last recorded") : "";
    return `step ${step.toLocaleString("en")}${name}${end}`;
  }

  slide() {
    const target = this.scale.value(Number(this.slider.value)) - 1;
    const { steps } = this.store;
    const near = steps.reduce((best, step) => (
      Math.abs(Math.log1p(step) - Math.log1p(target)) < Math.abs(Math.log1p(best) - Math.log1p(target))
        ? step : best), steps[0] ?? 0);
    this.store.chooseStep(near);
  }

  key(event) {
    const moves = {
      ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10,
      Home: -Infinity, End: Infinity,
    };
    if (!(event.key in moves)) return;
    event.preventDefault();
    this.stop();
    this.store.move(moves[event.key]);
  }

  toggle() {
    if (this.timer) this.stop(); else this.start();
  }

  start() {
    if (this.store.state.step === this.store.steps.at(-1)) this.store.chooseStep(this.store.steps[0]);
    this.timer = setInterval(() => {
      this.store.move(1);
      if (this.store.state.step === this.store.steps.at(-1)) this.stop();
    }, 1000 / pace);
    this.label();
  }

  stop() {
    clearInterval(this.timer);
    this.timer = null;
    this.label();
  }

  label() {
    this.play.textContent = this.timer ? "❚❚" : "▶";
    this.play.setAttribute("aria-label", this.timer ? "Stop" : "Play the training");
  }

  drawTicks() {
    const width = this.track.clientWidth;
    if (!width) return;
    const last = this.store.steps.at(-1) ?? 0;
    const scale = new Scale("logarithmic", [1, last + 1], thumb, width - thumb);
    this.ticks.setAttribute("width", width);
    this.ticks.setAttribute("height", 20);
    const recorded = this.store.steps.map((step) => `M${(scale.position(step + 1) ?? thumb).toFixed(1)} 0v3`);
    const parts = [svg("path", { class: "axis", d: recorded.join("") })];
    for (const { value, label } of timeAxis([last]).ticks(scale).major) {
      const half = textWidth(label, 11) / 2;
      const x = Math.min(Math.max(scale.position(value), half), width - half);
      parts.push(svg("text", { class: "tick", x, y: 16, "text-anchor": "middle" }, label));
    }
    this.ticks.replaceChildren(...parts);
  }
}

/** The loss and error of a run's mini-batch at a step, or the one before. */
function lossAt(run, step) {
  const table = run.table("steps");
  if (!table?.length) return null;
  const place = table.place(step);
  const error = table.value("error", place);
  const loss = table.value("loss", place);
  const words = error === null ? "" : `, ${percent(error)} wrong`;
  return `${run.title}: loss ${rounded(loss)}${words}`;
}
