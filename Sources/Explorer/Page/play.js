// The playground: two networks that learn while one watches.

import { button, choice, html, section } from "./dom.js";
import { list } from "./numbers.js";

/** The paper's networks for small images have 6n+2 layers. */
const depths = Array.from({ length: 18 }, (_, place) => 6 * place + 8);

/** What can be chosen of each network: a key, a label, and options with their words. */
const ofNetworks = [
  ["kind", "Kind", { plain: "plain", resnet: "residual" }],
  ["depth", "Layers", Object.fromEntries(depths.map((depth) => [depth, depth]))],
  ["width", "Filters", { 4: "4, 8, 16", 8: "8, 16, 32", 16: "16, 32, 64", 32: "32, 64, 128" }],
  ["normalization", "Normalization", { bn: "batch", "no-bn": "none" }],
  ["activation", "Activation", { relu: "ReLU", tanh: "tanh", sigmoid: "sigmoid" }],
  ["shortcut", "Shortcuts", { a: "A: padded with zeros", b: "B: projected where shapes change",
    c: "C: all projected" }],
  ["order", "Order", { post: "addition, then activation", preact: "activation first" }],
];

/** What both networks share; the empty word leaves a setting as it is. */
const ofBoth = [
  ["dataset.name", "Images", { "fashion-mnist": "Fashion-MNIST", synthetic: "drawn patterns" }],
  ["initialization", "Initial weights", { he: "He", xavier: "Xavier", "normal(0.01)": "N(0, 0.01²)",
    "normal(0.1)": "N(0, 0.1²)" }],
  ["schedule.base", "Learning rate", Object.fromEntries(
    ["0.001", "0.003", "0.01", "0.03", "0.1", "0.3", "1"].map((rate) => [rate, rate]))],
  ["schedule.ramp", "Ramp of the rate", { none: "none", 20: "20 steps", 100: "100 steps", 400: "400 steps" }],
  ["batchSize", "Images of a mini-batch", { 16: "16", 32: "32", 64: "64", 128: "128" }],
  ["seed", "Seed", null],
];

const usual = {
  kind: "plain", depth: "20", width: "8", normalization: "bn", activation: "relu", shortcut: "a", order: "post",
};
const usualOfBoth = {
  initialization: "he", "schedule.base": "0.1", "schedule.ramp": "none", batchSize: "128", seed: "0",
};

/** The name of a network that was chosen, as `plain-20-no-bn-tanh`. */
export function networkName({ kind, depth, normalization, activation, shortcut, order }) {
  const isResidual = kind === "resnet";
  // The paper has another network of 50 layers, for large images.
  const family = String(depth) === "50" ? "cifar-" : "";
  return [`${family}${kind}-${depth}`, isResidual && shortcut !== "a" ? shortcut : null,
    normalization === "bn" ? null : normalization, activation === "relu" ? null : activation,
    isResidual && order !== "post" ? order : null].filter(Boolean).join("-");
}

/** What was chosen, of a network's name and width. */
export function networkChoice({ name, width }) {
  const words = name.toLowerCase().replace("cifar-", "").replace("no-bn", "nobn").split("-");
  const has = (...options) => options.find((option) => words.includes(option));
  return {
    ...usual, kind: words[0], depth: words[1], width: String(width),
    normalization: has("nobn") ? "no-bn" : "bn", activation: has("tanh", "sigmoid") ?? "relu",
    shortcut: has("b", "c") ?? "a", order: has("preact") ?? "post",
  };
}

export class Play {
  /** `served` has the token of the server, its stories, and the images that are at hand. */
  constructor(store, served) {
    this.store = store;
    this.token = served.token;
    this.images = served.play.images;
    this.stories = served.play.stories;
    this.state = { status: "idle", runs: [], step: 0, revision: 0 };
    this.element = section("play-panel", "Play: two networks learn while you watch",
      "Choose a story or networks of your own. Both see the same images in the same order, and begin with "
      + "the same weights where their layers are alike. Every step is recorded and shown.");
    this.lookFor = html("p", { className: "look-for", role: "status" });
    this.form = html("details", { className: "setup" });
    this.words = html("p", { className: "readout", id: "play-words" });
    this.message = html("p", { className: "message", role: "status" });
    this.command = html("code", { className: "command" });
    this.makeButtons();
    this.element.append(this.makeStories(), this.lookFor, this.form, this.buttons, this.words, this.message,
      this.command);
    this.choose(this.stories[0]);
    store.follow((state, changed) => {
      if (changed.has("records") || changed.has("shown")) this.showRuns();
      // Another server begins to count anew.
      if (changed.has("isLost")) this.state.revision = 0;
    });
    this.update();
  }

  // What can be chosen.

  makeStories() {
    this.storyButtons = this.stories.map((story) => button(story.title, () => this.begin(story)));
    return html("div", { className: "choices", role: "group", "aria-label": "Stories" }, ...this.storyButtons);
  }

  /** Takes over a story's networks and settings. */
  choose(story) {
    this.story = story;
    this.lookFor.textContent = story.lookFor;
    this.fill(story.setup);
  }

  /** Takes over networks and settings. */
  fill({ networks, settings }) {
    this.networks = networks.map(networkChoice);
    this.settings = { "dataset.name": this.images, ...usualOfBoth, ...settings };
    this.makeForm();
    this.noteChoice();
  }

  makeForm() {
    const groups = this.networks.map((network, place) => (
      html("fieldset", {}, html("legend", {}, place === 0 ? "First network" : "Second network"),
        ...ofNetworks.map(([key, label, options]) => {
          const field = this.field(label, options, network, key);
          if (key === "shortcut" || key === "order") field.hidden = network.kind === "plain";
          return field;
        }))));
    const both = html("fieldset", {}, html("legend", {}, "Both"),
      ...ofBoth.map(([key, label, options]) => this.field(label, options, this.settings, key)));
    this.form.replaceChildren(html("summary", {}, "Networks and settings"),
      html("div", { className: "fields" }, ...groups, both));
  }

  /** A choice of one value, or a field for a whole number where there are no options. */
  field(label, options, values, key) {
    const change = (value) => {
      values[key] = value;
      this.story = null;
      this.lookFor.textContent = "";
      if (key === "kind") this.makeForm();
      this.noteChoice();
    };
    if (options) {
      // What a story sets may be none of the usual options.
      const known = values[key] in options ? options : { ...options, [values[key]]: values[key] };
      const sorted = Object.entries(known).map(([value, text]) => ({ value, text: String(text) }));
      return choice(label, sorted, String(values[key]), change);
    }
    const input = html("input", { type: "number", min: "0", max: "4294967295", step: "1", value: values[key] });
    input.addEventListener("change", () => change(input.value || "0"));
    return html("label", { className: "choice" }, html("span", {}, label), input);
  }

  get setup() {
    const settings = Object.fromEntries(Object.entries(this.settings)
      .filter(([key, value]) => usualOfBoth[key] !== value));
    return {
      networks: this.networks.map((network) => ({ name: networkName(network), width: Number(network.width) })),
      settings,
    };
  }

  noteChoice() {
    this.storyButtons.forEach((each, place) => {
      each.setAttribute("aria-pressed", String(this.story === this.stories[place]));
    });
    this.update();
  }

  // What can be done.

  makeButtons() {
    this.main = button("▶ Start", () => this.toggle(), { id: "play-main", className: "primary" });
    this.once = button("One step", () => this.step(), { id: "play-step" });
    this.reset = button("Reset", () => this.send("reset"), { id: "play-reset" });
    this.keep = button("Keep as runs", () => this.send("keep"), { id: "play-keep" });
    this.end = button("End", () => this.send("end"), { id: "play-end" });
    this.buttons = html("div", { className: "choices", role: "group", "aria-label": "Training" },
      this.main, this.once, this.reset, this.keep, this.end);
  }

  get isRunning() {
    return this.state.status === "running" || this.isStarting;
  }

  /** Whether what was chosen is what is being trained, and can go on. */
  get canGoOn() {
    return ["preparing", "running", "paused"].includes(this.state.status) && this.trained === this.wanted;
  }

  /** Whether what was chosen is what a story has. */
  isOf({ setup: { networks, settings } }) {
    return networks.every(({ name, width }, place) => (
      name === networkName(this.networks[place]) && String(width) === this.networks[place].width))
      && Object.entries({ ...usualOfBoth, ...settings }).every(([key, value]) => this.settings[key] === value);
  }

  get wanted() {
    return JSON.stringify(this.setup);
  }

  async begin(story) {
    this.choose(story);
    if (await this.send("reset")) await this.send("run");
  }

  async toggle() {
    if (this.state.status === "running" && this.canGoOn) {
      await this.send("pause");
    } else if (this.canGoOn || await this.send("reset")) {
      this.store.set({ follows: true });
      await this.send("run");
    }
  }

  async step() {
    if (this.canGoOn || await this.send("reset")) {
      this.store.set({ follows: true });
      await this.send("step");
    }
  }

  /** Asks the server for something; whether it was done. */
  async send(action) {
    const command = { action };
    if (action === "reset") command.setup = this.setup;
    let answer;
    try {
      answer = await fetch("/play", {
        method: "POST", headers: { "X-Gradflow-Token": this.token }, body: JSON.stringify(command),
      });
    } catch {
      this.say("The server does not answer. Is `gradflow explore` still running?");
      return false;
    }
    const text = await answer.text();
    if (!answer.ok) {
      this.say(text.trim());
      return false;
    }
    if (action === "reset") {
      this.trained = JSON.stringify(command.setup);
      this.isNew = true;
    }
    this.told(JSON.parse(text).play);
    return true;
  }

  say(sentence) {
    this.message.textContent = sentence;
  }

  // What the server tells.

  /** Takes over how the playground is, unless something newer is known: an event may overtake an answer. */
  told(state) {
    if (state.revision < this.state.revision) return;
    const wasFirst = this.isTold === undefined;
    this.isTold = true;
    this.state = state;
    if (wasFirst && state.setup) {
      // Somebody began before this page was opened.
      this.fill(state.setup);
      this.trained = this.wanted;
      this.story = this.stories.find((story) => this.isOf(story)) ?? null;
      this.lookFor.textContent = this.story?.lookFor ?? "";
      this.noteChoice();
      this.isNew = true;
    }
    this.say(state.message ?? "");
    this.command.textContent = state.command ?? "";
    this.command.hidden = !state.command;
    this.update();
    this.showRuns();
  }

  /** Shows the runs of a training that has just begun, once they are known. */
  showRuns() {
    const { runs, status } = this.state;
    if (!this.isNew || status === "preparing" || runs.length === 0) return;
    if (!runs.every((name) => this.store.runs.some((run) => run.name === name))) return;
    this.isNew = false;
    this.store.set({ shown: runs, follows: true, layer: null });
    this.store.noteRecords();
  }

  update() {
    const { status, step, pace, stepLimit } = this.state;
    const isRunning = status === "running" && this.canGoOn;
    this.main.textContent = isRunning ? "❚❚ Pause" : "▶ Start";
    this.reset.disabled = status === "idle";
    this.keep.disabled = !(step > 0);
    this.end.disabled = status === "idle";
    const names = list(this.networks.map((network) => `${networkName(network)} (${network.width} filters)`));
    const said = {
      idle: () => `Start trains ${names}.`,
      preparing: () => `Making ${names}…`,
      running: () => `Step ${step.toLocaleString("en")}${pace ? `, ${pace.toFixed(pace < 10 ? 1 : 0)} a second` : ""}`,
      paused: () => `Step ${step.toLocaleString("en")}, paused`,
      over: () => `All ${stepLimit.toLocaleString("en")} steps are done. Start begins anew.`,
    };
    const isOther = ["running", "paused"].includes(status) && !this.canGoOn;
    this.words.textContent = said[status]() + (isOther ? `. Start begins anew with ${names}.` : "");
  }
}
