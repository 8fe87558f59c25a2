// The networks, layer by layer, and the gradient that flows back through them.

import { button, html, say, section, textWidth, wantsStillness } from "./dom.js";
import { heatColor, looks, resolved, special } from "./colors.js";
import { list, rounded } from "./numbers.js";
import { whenResized } from "./paper.js";
import { profile, quantity } from "./quantities.js";
import { Scale, domainCovering } from "./scales.js";

/** How long a backward pass takes to watch, in milliseconds. */
const passDuration = 3200;

// From top to bottom: arcs of shortcuts, boxes of layers, and the river of the gradient.
const [arcFloor, boxTop, boxHeight, riverMiddle, riverReach, height] = [34, 38, 26, 106, 32, 146];

export class Networks {
  constructor(store) {
    this.store = store;
    this.strips = [];
    this.front = null;
    this.element = section("networks", "The networks",
      "A box is a layer, coloured by the gradient of its weights. The ribbon below is the gradient that "
      + "reaches its output, wide where it is strong. Arcs are shortcuts: the wider and stronger arc and "
      + "line are, the more came back by shortcut and by branch.");
    this.play = button("Play a backward pass", () => this.start(), { id: "backward" });
    this.readout = html("p", { className: "readout", id: "backward-words" }, "\u00a0");
    this.list = html("div", { className: "strips" });
    this.element.append(html("div", { className: "choices" }, this.play, this.readout), this.list);
    store.follow((state, changed) => this.update(changed));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.redraw());
  }

  update(changed) {
    if (changed.has("shown") || changed.has("records")) this.measure();
    if (["shown", "records", "step", "layer"].some((key) => changed.has(key))) this.redraw();
  }

  /** Finds the scales that all strips share. */
  measure() {
    const runs = this.store.shownRuns;
    const over = (...parts) => {
      const values = function* values() {
        for (const run of runs) {
          for (const [table, column] of parts) yield* run.table(table)?.all(column) ?? [];
        }
      };
      return domainCovering("logarithmic", values());
    };
    this.colors = new Scale("logarithmic", over(["weight", "l2"]), 0, 1);
    this.river = new Scale("logarithmic", over(["activation", "l2"]), 0, 1);
    this.roads = new Scale("logarithmic", over(["blocks", "shortcut"], ["blocks", "branch"]), 0, 1);
    const names = runs.map((run) => run.name).join("\n");
    if (names === this.names) return;
    this.names = names;
    for (const strip of this.strips) strip.observer.disconnect();
    this.strips = runs.map((run) => new Strip(this, run));
    this.list.replaceChildren(...this.strips.map((strip) => strip.element));
  }

  redraw() {
    for (const strip of this.strips) strip.draw();
  }

  // A backward pass.

  start() {
    cancelAnimationFrame(this.frame);
    if (wantsStillness()) {
      this.front = null;
      this.tell(0);
      say(this.readout.textContent);
      return;
    }
    const begin = performance.now();
    const move = (now) => {
      // The front: 1 at the loss, 0 behind the first layer.
      this.front = Math.max(1 - (now - begin) / passDuration, 0);
      this.redraw();
      this.tell(this.front);
      if (this.front > 0) {
        this.frame = requestAnimationFrame(move);
      } else {
        this.front = null;
        this.redraw();
        say(this.readout.textContent);
      }
    };
    this.frame = requestAnimationFrame(move);
  }

  /** Says what the gradient is where the front is, and what it was at the last layer. */
  tell(front) {
    const words = this.strips.map((strip) => strip.growth(front)).filter(Boolean);
    this.readout.textContent = words.length ? `${list(words)}.` : "";
  }
}

/** One network. */
class Strip {
  constructor(networks, run) {
    this.networks = networks;
    this.run = run;
    this.canvas = html("canvas", { "aria-hidden": "true" });
    this.words = html("span", { className: "readout" }, "\u00a0");
    this.plane = html("div", {
      className: "plane strip", tabIndex: 0, role: "application", "aria-roledescription": "network",
      "aria-label": this.label(),
    }, this.canvas);
    this.element = html("div", { className: "network" },
      html("h3", {}, run.title, " ", this.words), this.plane);
    this.plane.addEventListener("pointermove", (event) => this.show(this.layerAt(event)));
    this.plane.addEventListener("pointerleave", () => this.show(null));
    this.plane.addEventListener("click", (event) => {
      networks.store.set({ layer: this.layerAt(event)?.index ?? null });
    });
    this.plane.addEventListener("keydown", (event) => this.key(event));
    this.observer = whenResized(this.plane, () => this.draw());
  }

  label() {
    const { run } = this;
    const blocks = run.structure.blocks.length;
    const shortcuts = run.role === "residual" && blocks ? `, a shortcut around each of ${blocks} blocks`
      : "";
    return `${run.title}: ${run.main.length} layers from the images at the left to the classifier at the `
      + `right${shortcuts}. Arrow keys choose a layer.`;
  }

  /** The middle of the place of a layer among those of the main path. */
  x(place) {
    return this.left + (place + 0.5) * this.cell;
  }

  draw() {
    const width = this.plane.clientWidth;
    if (!width || !this.networks.colors) return;
    const ratio = globalThis.devicePixelRatio || 1;
    if (this.canvas.width !== Math.round(width * ratio)) {
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
      this.canvas.style.width = `${width}px`;
      this.canvas.style.height = `${height}px`;
    }
    const context = this.canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    this.left = 6;
    this.cell = (width - 12) / Math.max(this.run.main.length, 1);
    this.color = resolved(looks(this.networks.store.shownRuns).get(this.run.name)?.color
      ?? "var(--foreground)");
    const { front } = this.networks;
    /** What the front has not reached yet is faint. */
    this.strength = (place) => (front === null || place + 0.5 >= front * this.run.main.length ? 1 : 0.13);
    this.drawStages(context);
    this.drawRiver(context);
    this.drawRoads(context);
    this.drawBoxes(context);
    if (front !== null) this.drawFront(context, front, width);
    context.globalAlpha = 1;
  }

  /** The numbers of a table at the chosen step, by the index of the layer. */
  values(table, column) {
    const found = this.run.table(table);
    if (!found?.length) return new Map();
    const place = found.place(this.networks.store.state.step);
    return new Map(profile(this.run, { table, column }, place));
  }

  drawStages(context) {
    const { main, stages } = this.run;
    context.globalAlpha = 1;
    context.fillStyle = resolved("var(--grid)");
    const bounds = [0, ...stages.map(({ position }) => main.findIndex((layer) => layer.index > position)),
      main.length];
    bounds.slice(0, -1).forEach((from, place) => {
      if (place % 2 === 1) {
        context.globalAlpha = 0.5;
        context.fillRect(this.left + from * this.cell, 0, (bounds[place + 1] - from) * this.cell, height);
      }
    });
    context.globalAlpha = 1;
    context.fillStyle = resolved("var(--muted)");
    context.font = `11px ${getComputedStyle(document.body).fontFamily}`;
    stages.forEach(({ label }, place) => {
      const [from, to] = [bounds[place + 1], bounds[place + 2]].map((each) => this.left + each * this.cell);
      if (textWidth(label, 11) + 6 < to - from) context.fillText(label, from + 3, height - 2);
    });
  }

  /** The gradient that reaches each output: a ribbon as wide as its logarithm. */
  drawRiver(context) {
    const { main } = this.run;
    let values = this.values("activation", "l2");
    if (values.size === 0) values = this.values("weight", "l2");
    const scale = values.size && this.run.table("activation") ? this.networks.river : this.networks.colors;
    const reach = main.map((layer) => {
      const value = values.get(layer.index);
      if (value === null || value === undefined || Number.isNaN(value)) return null;
      if (value === 0) return 0;
      return 1.5 + riverReach * Math.min(Math.max(scale.nearestPosition(value), 0), 1);
    });
    const path = new Path2D();
    reach.forEach((here, place) => {
      if (here === null) return;
      const x = this.x(place);
      // A bed that has run dry is a dotted line.
      if (here === 0) return path.rect(x - 1, riverMiddle - 0.5, 2, 1);
      const [before, after] = [reach[place - 1] || here, reach[place + 1] || here];
      const [from, to] = [x - this.cell / 2, x + this.cell / 2 + 0.4];
      path.moveTo(from, riverMiddle - (before + here) / 2);
      path.lineTo(x, riverMiddle - here);
      path.lineTo(to, riverMiddle - (here + after) / 2);
      path.lineTo(to, riverMiddle + (here + after) / 2);
      path.lineTo(x, riverMiddle + here);
      path.lineTo(from, riverMiddle + (before + here) / 2);
      path.closePath();
    });
    const { front } = this.networks;
    context.fillStyle = this.color;
    context.globalAlpha = front === null ? 0.75 : 0.12;
    context.fill(path);
    if (front === null) return;
    context.save();
    context.beginPath();
    context.rect(this.left + front * this.cell * main.length, 0, this.cell * main.length, height);
    context.clip();
    context.globalAlpha = 0.75;
    context.fill(path);
    context.restore();
  }

  /** Shortcuts as arcs over their blocks, and branches as lines through them. */
  drawRoads(context) {
    const { run } = this;
    const table = run.table("blocks");
    const place = table?.length ? table.place(this.networks.store.state.step) : null;
    const amount = (column, index) => {
      const value = place === null ? null : table.value(column, place, index);
      const found = value === null ? null : this.networks.roads.nearestPosition(value);
      return found === null ? null : Math.min(Math.max(found, 0), 1);
    };
    const middle = boxTop + boxHeight / 2;
    const places = new Map(run.main.map((layer, index) => [layer.index, index]));
    context.lineCap = "round";
    this.line(context, -0.5, run.main.length - 0.5, middle, resolved("var(--muted)"), 1, 0.6);
    run.structure.blocks.forEach((block, index) => {
      const span = run.blockSpan(block);
      if (!span) return;
      const [from, to] = span.map((each) => places.get(each));
      const branch = amount("branch", index);
      const strength = this.strength(from);
      if (branch !== null) {
        this.line(context, from - 0.5, to + 0.5, middle, this.color, 1 + 7 * branch,
          (0.25 + 0.75 * branch) * strength);
      }
      if (run.role !== "residual") return;
      const shortcut = amount("shortcut", index);
      const wide = Math.max(this.cell * (to - from + 1), 2);
      context.beginPath();
      context.moveTo(this.x(from - 0.5), arcFloor);
      context.bezierCurveTo(this.x(from - 0.5) + wide * 0.1, 2, this.x(to + 0.5) - wide * 0.1, 2,
        this.x(to + 0.5), arcFloor);
      context.strokeStyle = shortcut === null ? resolved("var(--muted)") : this.color;
      context.lineWidth = shortcut === null ? 1.2 : 1 + Math.min(5, wide / 3) * shortcut;
      context.globalAlpha = (shortcut === null ? 0.8 : 0.25 + 0.75 * shortcut) * strength;
      context.setLineDash(block.changesShape ? [3, 2.5] : []);
      context.stroke();
      context.setLineDash([]);
    });
  }

  line(context, from, to, y, color, width, alpha) {
    context.globalAlpha = alpha;
    context.strokeStyle = color;
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(this.x(from), y);
    context.lineTo(this.x(to), y);
    context.stroke();
  }

  drawBoxes(context) {
    const values = this.values("weight", "l2");
    // Boxes that are narrower than a few points touch each other.
    const width = this.cell < 4 ? this.cell + 0.3 : Math.min(this.cell * 0.74, 22);
    const chosen = this.networks.store.state.layer;
    this.run.main.forEach((layer, place) => {
      const value = values.get(layer.index) ?? null;
      const x = this.x(place) - width / 2;
      context.globalAlpha = 1;
      context.fillStyle = resolved("var(--background)");
      context.fillRect(x, boxTop, width, boxHeight);
      context.globalAlpha = this.strength(place);
      const color = heatColor(value, this.networks.colors);
      if (color) {
        context.fillStyle = color;
        context.beginPath();
        context.roundRect(x, boxTop, width, boxHeight, Math.min(3, width / 4));
        context.fill();
      }
      if (this.cell > 4) {
        context.strokeStyle = resolved("var(--axis)");
        context.lineWidth = 1;
        context.beginPath();
        context.roundRect(x, boxTop, width, boxHeight, Math.min(3, width / 4));
        context.stroke();
        if (special(value ?? 1) === "zero" && this.cell > 8) this.cross(context, x, width);
      }
      if (layer.index === chosen) {
        context.globalAlpha = 1;
        context.strokeStyle = resolved("var(--foreground)");
        context.lineWidth = 2;
        context.strokeRect(x - 3, boxTop - 3, width + 6, boxHeight + 6);
      }
    });
  }

  /** Exactly nothing is not only told by colour. */
  cross(context, x, width) {
    context.strokeStyle = resolved("var(--background)");
    context.beginPath();
    context.moveTo(x + 2, boxTop + 4);
    context.lineTo(x + width - 2, boxTop + boxHeight - 4);
    context.stroke();
  }

  drawFront(context, front, width) {
    const x = this.left + front * (width - 12);
    context.globalAlpha = 1;
    const glow = context.createLinearGradient(x - 2, 0, x + 26, 0);
    glow.addColorStop(0, this.color);
    glow.addColorStop(1, "transparent");
    context.globalAlpha = 0.35;
    context.fillStyle = glow;
    context.fillRect(x, 2, 26, height - 4);
    context.globalAlpha = 1;
    context.fillStyle = resolved("var(--foreground)");
    context.fillRect(x - 1, 2, 2, height - 4);
  }

  /** What the gradient is at a part of the way back, against what it was at the beginning. */
  growth(front) {
    let values = this.values("activation", "l2");
    if (values.size === 0) values = this.values("weight", "l2");
    const layers = this.run.main.filter((layer) => values.get(layer.index) !== null
      && values.get(layer.index) !== undefined);
    // The classifier's output is the beginning of the way, and another kind of number.
    const start = values.get(layers.at(-2)?.index);
    const layer = layers[Math.min(Math.floor(front * layers.length), layers.length - 1)];
    if (!layer || start === undefined) return null;
    const value = values.get(layer.index);
    const times = value / start;
    const words = times >= 1.5 ? `${rounded(times)} times what left the last layers`
      : times <= 1 / 1.5 && times > 0 ? `1/${rounded(1 / times)} of what left the last layers`
        : "about what left the last layers";
    return `${this.run.title} at layer ${layer.index}: ${rounded(value)}`
      + (Number.isFinite(times) && times > 0 ? `, ${words}` : "");
  }

  layerAt(event) {
    if (!this.cell) return null;
    const x = event.clientX - this.canvas.getBoundingClientRect().left - this.left;
    const { main } = this.run;
    return main[Math.min(Math.max(Math.floor(x / this.cell), 0), main.length - 1)] ?? null;
  }

  show(layer) {
    this.words.textContent = layer ? this.describe(layer) : "\u00a0";
  }

  describe(layer) {
    const told = [["gradient of its weights", "weights"], ["at its output", "outputs"]]
      .map(([name, id]) => {
        const [part] = quantity(id).parts;
        const value = this.values(part.table, part.column).get(layer.index);
        return value === null || value === undefined ? null : `${name} ${rounded(value)}`;
      }).filter(Boolean);
    return `layer ${layer.index}, ${layer.name}: ${told.join(", ")}`;
  }

  key(event) {
    const moves = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -Infinity, End: Infinity };
    if (!(event.key in moves)) return;
    event.preventDefault();
    const { main } = this.run;
    const chosen = main.findIndex((layer) => layer.index === this.networks.store.state.layer);
    const start = chosen < 0 ? (moves[event.key] < 0 ? main.length : -1) : chosen;
    const layer = main[Math.min(Math.max(start + moves[event.key], 0), main.length - 1)];
    this.networks.store.set({ layer: layer.index });
    this.show(layer);
    say(this.words.textContent);
  }
}
