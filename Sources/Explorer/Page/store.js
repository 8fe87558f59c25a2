// What the page shows: one state, which the address keeps behind its hash, and those who follow it.

import { quantities } from "./quantities.js";

/** The most runs that are shown beside each other. */
export const runLimit = 4;

export class Store {
  constructor(runs) {
    this.runs = runs;
    /** What is wrong with runs that cannot be read, by their names. */
    this.faults = new Map();
    this.followers = [];
    this.state = {
      /** The names of the runs that are shown. */
      shown: defaultRuns(runs).map((run) => run.name),
      step: 0,
      layer: null,
      quantity: "weights",
      measure: "error",
      /** A question, before its answer is shown; null at other times. */
      predict: null,
      /** Whether the step is always the newest. */
      follows: false,
      /** Whether the server that feeds the page does not answer. */
      isLost: false,
    };
    this.isPending = false;
    this.changed = new Set();
    /** How long it took to show the last change, in milliseconds. */
    this.duration = 0;
    this.entitle();
  }

  get shownRuns() {
    return this.state.shown.map((name) => this.run(name)).filter(Boolean);
  }

  /** The run of a name: its own, or what it or its network is called on this page. */
  run(name) {
    return this.runs.find((run) => run.name === name) ?? this.runs.find((run) => run.label === name)
      ?? this.runs.find((run) => run.network === name);
  }

  /** All recorded steps of the runs that are shown, in order. */
  get steps() {
    if (!this.knownSteps) {
      const steps = new Set(this.shownRuns.flatMap((run) => run.recordedSteps));
      this.knownSteps = [...steps].sort((one, other) => one - other);
    }
    return this.knownSteps;
  }

  /** Changes the state; followers are told before the next frame. */
  set(changes) {
    for (const [key, value] of Object.entries(changes)) {
      if (this.state[key] !== value) {
        this.state[key] = value;
        this.changed.add(key);
      }
    }
    if (this.changed.has("shown")) {
      this.knownSteps = null;
      this.entitle();
    }
    this.plan();
  }

  /** Shows the runs that a page begins with. */
  showDefault() {
    this.set({ shown: defaultRuns(this.runs).map((run) => run.name) });
    this.chooseStep(this.steps[0] ?? 0);
  }

  /** Gives the runs that are shown titles that tell them apart. */
  entitle() {
    for (const [name, title] of titles(this.shownRuns)) this.run(name).title = title;
  }

  /** Says that there is more of some runs, or less. */
  noteRecords() {
    this.knownSteps = null;
    this.entitle();
    this.changed.add("records");
    if (this.state.follows && this.steps.length) {
      const last = this.steps.at(-1);
      if (last !== this.state.step) {
        this.state.step = last;
        this.changed.add("step");
      }
    }
    this.plan();
  }

  plan() {
    if (this.isPending || this.changed.size === 0) return;
    this.isPending = true;
    requestAnimationFrame(() => this.tell());
  }

  /** Tells followers at once what has changed. */
  tell() {
    const start = performance.now();
    this.isPending = false;
    const changed = this.changed;
    this.changed = new Set();
    for (const follower of this.followers) follower(this.state, changed);
    writeHash(this);
    this.duration = performance.now() - start;
  }

  /** Calls back with the state and the set of keys that changed. */
  follow(follower) {
    this.followers.push(follower);
  }

  /** Moves by so many recorded steps. */
  move(count) {
    const { steps } = this;
    const place = nearest(steps, this.state.step);
    this.chooseStep(steps[Math.min(Math.max(place + count, 0), steps.length - 1)] ?? 0);
  }

  chooseStep(step) {
    this.set({ step, follows: this.isLive && step === this.steps.at(-1) });
  }

  get isLive() {
    return this.shownRuns.some((run) => run.isGrowing);
  }
}

/** The place of the step in a list that is nearest to another. */
export function nearest(steps, step) {
  let best = 0;
  steps.forEach((each, place) => {
    if (Math.abs(each - step) < Math.abs(steps[best] - step)) best = place;
  });
  return best;
}

/** The twins whose records tell of the most steps, the deepest of them; or the first runs there are. */
function defaultRuns(runs) {
  let best = null;
  for (const plain of runs.filter((run) => run.role === "plain" && run.isOurs)) {
    const twin = runs.find((run) => run.role === "residual" && run.depth === plain.depth
      && run.seed === plain.seed && run.conditions === plain.conditions);
    const worth = plain.stepCount * 10_000 + plain.depth;
    if (twin && !(best?.worth >= worth)) best = { worth, twins: [plain, twin] };
  }
  return best?.twins ?? runs.slice(0, 2);
}

/**
 * What runs are called beside each other: by their labels or, where these are the same, also by what else
 * tells them apart.
 */
export function titles(runs) {
  const tails = [
    () => "", (run) => `, ${run.iterations.toLocaleString("en")} steps`,
    (run) => `, ${run.conditions.split(",")[0]}`, (run) => ` (${run.name})`,
  ];
  return new Map(runs.map((run) => {
    const alike = runs.filter((each) => each.label === run.label);
    const tail = tails.find((words) => new Set(alike.map(words)).size === alike.length) ?? tails.at(-1);
    return [run.name, run.label + tail(run)];
  }));
}

// The hash: `runs=plain-56,resnet-56&step=63&layer=8&show=outputs&curves=loss&predict=…`.

function writeHash(store) {
  const { state } = store;
  const words = new URLSearchParams();
  words.set("runs", store.shownRuns.map((run) => nameInHash(store, run)).join(","));
  words.set("step", state.follows ? "last" : state.step);
  if (state.layer !== null) words.set("layer", state.layer);
  if (state.quantity !== "weights") words.set("show", state.quantity);
  if (state.measure !== "error") words.set("curves", state.measure);
  if (state.predict) words.set("predict", state.predict);
  const hash = `#${words.toString().replaceAll("%2C", ",").replaceAll("+", "%20")}`;
  if (hash !== location.hash) history.replaceState(null, "", hash);
}

/** The shortest name that leads back to a run. */
function nameInHash(store, run) {
  return [run.network, run.label, run.name]
    .find((name) => store.run(name) === run && !name.includes(",")) ?? run.name;
}

/** Takes over what the address says; what makes no sense there is passed over. */
export function readHash(store) {
  const words = new URLSearchParams(location.hash.slice(1));
  const changes = {};
  const names = (words.get("runs") ?? "").split(",").filter(Boolean);
  const runs = [...new Set(names.map((name) => store.run(name)).filter(Boolean))];
  if (runs.length > 0) changes.shown = runs.slice(0, runLimit).map((run) => run.name);
  changes.predict = words.get("predict");
  const layer = Number.parseInt(words.get("layer"), 10);
  changes.layer = Number.isFinite(layer) ? layer : null;
  const shown = words.get("show");
  changes.quantity = quantities.some(({ id }) => id === shown) ? shown : "weights";
  changes.measure = words.get("curves") === "loss" ? "loss" : "error";
  store.set(changes);
  const { steps } = store;
  const word = words.get("step");
  if (word === "last" || word === "first") {
    store.set({
      step: (word === "last" ? steps.at(-1) : steps[0]) ?? 0,
      follows: word === "last" && store.isLive,
    });
  } else {
    const step = Number.parseInt(word, 10);
    store.set({ step: steps[nearest(steps, Number.isFinite(step) ? step : 0)] ?? 0 });
  }
}
