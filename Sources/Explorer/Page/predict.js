// A question whose answer is drawn by the reader before it is shown.

import { button, choice, html, section } from "./dom.js";
import { looks } from "./colors.js";
import { rounded } from "./numbers.js";
import { Plot, roundDomain } from "./plot.js";
import { everyValue, profile, quantity } from "./quantities.js";

/** The quantities that are asked about. */
const asked = ["weights", "outputs", "updates", "responses"];

/** A question as the address has it, `plain-56,weights,0`; null where it makes no sense. */
export function question(store, text) {
  const [name, id, word] = (text ?? "").split(",");
  const run = name ? store.run(name) : store.shownRuns[0];
  const shown = asked.includes(id) ? quantity(id) : quantity("weights");
  const [part] = shown.parts;
  const table = run?.table(part.table);
  if (!table?.length) return null;
  const last = table.length - 1;
  const step = Number.parseInt(word, 10);
  const place = word === "last" ? last : Number.isFinite(step) ? table.place(step) : 0;
  const truth = profile(run, part, place)
    .filter(([, value]) => value !== null && Number.isFinite(value) && value > 0);
  return truth.length < 2 ? null : { run, shown, truth, step: table.steps[place] };
}

export class Prediction {
  constructor(store) {
    this.store = store;
    this.element = section("predict", "Predict", "What do you expect? Draw it, and then see how far off you "
      + "were.");
    this.begin = button("Predict before you look", () => this.ask(), { id: "predict-begin" });
    this.form = html("div", { className: "choices" });
    this.words = html("p", { id: "predict-words", className: "verdict", role: "status" });
    this.plot = new Plot({ title: "Your guess", height: 340, describe: (x) => this.describe(x),
      places: () => this.places });
    this.plot.plane.classList.add("drawing");
    this.plot.plane.setAttribute("aria-roledescription", "chart to draw in");
    this.element.append(this.form, this.plot.element, this.words);
    const { plane } = this.plot;
    plane.addEventListener("pointerdown", (event) => this.press(event));
    plane.addEventListener("pointermove", (event) => this.drag(event));
    for (const end of ["pointerup", "pointercancel"]) {
      plane.addEventListener(end, () => { this.last = null; });
    }
    plane.addEventListener("keydown", (event) => this.key(event), true);
    store.follow((state, changed) => this.update(changed));
  }

  ask() {
    const run = this.store.shownRuns[0];
    if (run) this.store.set({ predict: `${run.name},weights,first` });
    this.element.scrollIntoView({ block: "start" });
  }

  update(changed) {
    if (!["predict", "shown"].some((key) => changed.has(key)) && !this.isUnknown) return;
    const { predict } = this.store.state;
    const found = predict === null ? null : question(this.store, predict);
    // A run under way may not have recorded yet what is asked.
    this.isUnknown = predict !== null && !found;
    document.body.classList.toggle("predicting", Boolean(found));
    this.plot.element.hidden = !found;
    if (!found) {
      if (!this.isAnswered) {
        this.words.textContent = this.isUnknown ? "What this link asks was not recorded." : "";
        this.plot.element.hidden = true;
        this.form.replaceChildren(this.begin);
      } else {
        this.plot.element.hidden = false;
      }
      return;
    }
    this.isAnswered = false;
    this.question = found;
    this.places = found.truth.map(([x]) => x);
    this.guess = new Map();
    this.words.textContent = "Press and draw, or choose a layer with ← and → and raise or lower your guess "
      + "with ↑ and ↓.";
    this.frame();
  }

  frame() {
    const { run, shown, truth, step } = this.question;
    this.options();
    const when = step === 0 && run.beginsAtInitialization ? "at initialization"
      : `at step ${step.toLocaleString("en")}`;
    this.plot.frame({
      x: { title: "layer", kind: "linear", domain: [0.5, truth.at(-1)[0] + 0.5], isWhole: true },
      y: { title: shown.axis, kind: "logarithmic",
        domain: roundDomain("logarithmic", everyValue(shown, [run])) },
      rules: run.stages.map(({ position, label }) => ({ x: position, label })),
    });
    this.plot.name(`Draw with the pointer: the ${shown.title} of ${run.title}, ${when}`);
    this.plot.plane.setAttribute("aria-label", `${this.plot.title}. With the keys: left and right choose a `
      + "layer, up and down raise and lower your guess there; what is between is joined.");
    this.draw();
  }

  options() {
    const { run, shown, step } = this.question;
    const set = (name, id, word) => this.store.set({ predict: `${name},${id},${word}` });
    const table = run.table(shown.parts[0].table);
    const word = step === table.steps[0] ? "first" : step === table.steps.at(-1) ? "last" : String(step);
    const moments = [{ value: "first", text: "at the beginning" }, { value: "last", text: "at the end" }];
    if (word === String(step)) moments.push({ value: word, text: `at step ${step.toLocaleString("en")}` });
    this.show = button("Show the answer", () => this.answer(), { id: "predict-show", disabled: true });
    this.form.replaceChildren(
      choice("Network", this.store.shownRuns.map((each) => ({ value: each.name, text: each.title })),
        run.name, (name) => set(name, shown.id, word)),
      choice("What", asked.map((id) => ({ value: id, text: quantity(id).title })), shown.id,
        (id) => set(run.name, id, word)),
      choice("When", moments, word, (each) => set(run.name, shown.id, each)),
      this.show, button("Do not ask", () => this.leave()));
  }

  leave() {
    this.isAnswered = false;
    this.store.set({ predict: null });
  }

  // Drawing.

  press(event) {
    if (this.isAnswered || !this.question) return;
    event.preventDefault();
    this.plot.plane.focus();
    this.plot.plane.setPointerCapture(event.pointerId);
    this.last = null;
    this.put(event);
  }

  drag(event) {
    if (event.buttons === 0 || this.last === null || this.last === undefined) return;
    this.put(event);
  }

  /** Takes the guess at the pointer, and between it and where it was before. */
  put(event) {
    const box = this.plot.svg.getBoundingClientRect();
    const x = this.plot.x.value(event.clientX - box.left);
    const value = this.plot.y.value(Math.min(Math.max(event.clientY - box.top, this.plot.box.top),
      this.plot.box.bottom));
    const from = this.last ?? [x, value];
    for (const place of this.places) {
      const isBetween = place >= Math.min(from[0], x) - 0.5 && place <= Math.max(from[0], x) + 0.5;
      if (!isBetween) continue;
      const part = x === from[0] ? 1 : Math.min(Math.max((place - from[0]) / (x - from[0]), 0), 1);
      this.guess.set(place, from[1] * (value / from[1]) ** part);
    }
    this.last = [x, value];
    this.draw();
  }

  /** Up and down change the guess at the place that is read; the others are joined by lines. */
  key(event) {
    if (this.isAnswered || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const place = this.plot.reading ?? this.places[0];
    const before = this.joined().get(place) ?? Math.sqrt(this.plot.y.domain[0] * this.plot.y.domain[1]);
    const [low, high] = this.plot.y.domain;
    const value = before * 10 ** (event.key === "ArrowUp" ? 0.1 : -0.1);
    this.guess.set(place, Math.min(Math.max(value, low), high));
    this.draw();
    this.plot.read(place);
  }

  /** The guess at every place: what was drawn, joined by lines and level beyond its ends. */
  joined() {
    const known = [...this.guess.entries()].sort(([one], [other]) => one - other);
    const whole = new Map();
    if (known.length === 0) return whole;
    for (const place of this.places) {
      const after = known.findIndex(([x]) => x >= place);
      if (after < 0) whole.set(place, known.at(-1)[1]);
      else if (after === 0 || known[after][0] === place) whole.set(place, known[after][1]);
      else {
        const [[left, low], [right, high]] = [known[after - 1], known[after]];
        whole.set(place, low * (high / low) ** ((place - left) / (right - left)));
      }
    }
    return whole;
  }

  draw() {
    const guess = [...this.joined()];
    const series = [{
      name: "your guess", points: guess, color: "var(--foreground)", dash: "5 4", width: 2.4,
    }];
    if (this.isAnswered) {
      const { run, truth } = this.question;
      series.push({
        name: run.title, points: truth, width: 2.4,
        color: looks(this.store.shownRuns).get(run.name)?.color ?? "var(--other-1)",
      });
    }
    this.plot.draw(series);
    if (this.show) this.show.disabled = guess.length === 0;
  }

  describe(x) {
    const value = this.joined().get(x);
    const layer = this.question.run.layer(x);
    return `Layer ${x}${layer ? `, ${layer.name}` : ""}: your guess ${value === undefined
      ? "is still to come" : rounded(value)}`;
  }

  // The answer.

  answer() {
    this.isAnswered = true;
    this.draw();
    this.words.textContent = judged(this.joined(), this.question);
    this.form.replaceChildren(button("Ask again", () => this.again()),
      button("Look at everything", () => this.leave()));
    this.store.set({ predict: null });
  }

  again() {
    const { run, shown, step } = this.question;
    this.store.set({ predict: `${run.name},${shown.id},${step}` });
  }
}

/** How far off a guess was, in words. */
export function judged(guess, { run, truth }) {
  const ratios = truth.map(([x, value]) => guess.get(x) / value);
  const factor = (ratio) => 10 ** Math.abs(Math.log10(ratio));
  const mean = 10 ** (ratios.reduce((sum, ratio) => sum + Math.abs(Math.log10(ratio)), 0) / ratios.length);
  const worst = ratios.reduce((best, ratio, place) => (factor(ratio) > factor(ratios[best]) ? place : best), 0);
  const [place, value] = truth[worst];
  // The classifier is another kind of layer: it does not count for the direction.
  const slope = (points) => points[0] / points.at(points.length > 2 ? -2 : -1);
  const there = slope(truth.map(([, each]) => each));
  const here = slope(truth.map(([x]) => guess.get(x)));
  const direction = (ratio) => (ratio > 2 ? "grows" : ratio < 0.5 ? "shrinks" : "keeps its size");
  const exact = mean < 1.5 ? "You knew it" : mean < 3 ? "Not far off" : "A surprise";
  const said = direction(here) === direction(there)
    ? `As you said, it ${direction(there)} on its way to the first layer`
    : `You drew that it ${direction(here)} on its way to the first layer; it ${direction(there)}`;
  return `${exact}: on average you were off by a factor of ${rounded(mean)}, most at layer ${place}, where `
    + `you said ${rounded(guess.get(place))} and ${run.title} has ${rounded(value)}. ${said}: the first layer `
    + `gets ${rounded(there)} times what the last one before the classifier gets.`;
}
