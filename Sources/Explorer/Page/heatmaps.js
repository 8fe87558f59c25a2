// Every layer at every recorded step, as colour: a map for each run, on one scale.

import { DataTable, html, say, section, svg, textWidth } from "./dom.js";
import { heatColor, heatColors, resolved, special, specialColor, specialNames } from "./colors.js";
import { rounded } from "./numbers.js";
import { whenResized } from "./paper.js";
import { timeAxis } from "./plot.js";
import { everyValue, quantity } from "./quantities.js";
import { Scale, domainCovering } from "./scales.js";

const mapHeight = 210;
const [top, bottom, right] = [6, 40, 10];

export class HeatMaps {
  constructor(store) {
    this.store = store;
    this.maps = [];
    this.element = section("maps", "Every layer at every step", "");
    this.remark = html("p", { className: "remark" });
    this.bar = html("div", { className: "colorbar" });
    this.list = html("div", { className: "maps" });
    this.element.append(this.remark, this.bar, this.list);
    store.follow((state, changed) => this.update(changed));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.redraw());
  }

  /** What the maps are of: the chosen quantity where it is of layers and has decades, else weights. */
  get quantity() {
    const chosen = quantity(this.store.state.quantity);
    return chosen.over === "layers" && chosen.kind === "logarithmic" ? chosen : quantity("weights");
  }

  update(changed) {
    if (["shown", "quantity", "records"].some((key) => changed.has(key))) this.draw();
    if (["shown", "quantity", "records", "step", "layer"].some((key) => changed.has(key))) {
      for (const map of this.maps) map.mark();
    }
  }

  draw() {
    const runs = this.store.shownRuns;
    const shown = this.quantity;
    this.domain = domainCovering("logarithmic", everyValue(shown, runs));
    this.remark.textContent = `${shown.title.charAt(0).toUpperCase()}${shown.title.slice(1)}: dark is `
      + "weak and bright is strong. The first layer is at the top. A click, or the arrow keys, choose "
      + "layer and step.";
    const names = runs.map((run) => run.name).join("\n");
    if (names !== this.names) {
      for (const map of this.maps) map.observer.disconnect();
      this.maps = runs.map((run) => new HeatMap(this, run));
      this.names = names;
      this.list.replaceChildren(...this.maps.map((map) => map.element));
    }
    const specials = new Set();
    for (const value of everyValue(shown, runs)) {
      const name = special(value);
      if (name) specials.add(name);
    }
    this.drawBar(shown, specials);
    this.redraw();
  }

  redraw() {
    for (const map of this.maps) map.redraw();
  }

  /** The scale of colours, and those that stand for no amount if they occur. */
  drawBar(shown, specials) {
    const scale = new Scale("logarithmic", this.domain, 0, 260);
    const ticks = scale.ticks((labels) => labels.every((tick, place) => place === 0
      || scale.position(tick.value) - scale.position(labels[place - 1].value)
        > (textWidth(tick.label) + textWidth(labels[place - 1].label)) / 2 + 10));
    const gradient = html("div", { className: "gradient" });
    gradient.style.background = `linear-gradient(to right, ${heatColors()
      .filter((_, place) => place % 15 === 0).join(", ")})`;
    const labels = svg("svg", { width: 290, height: 22, viewBox: "-15 0 290 22", "aria-hidden": "true" });
    for (const { value, label } of ticks.major) {
      const x = scale.position(value);
      labels.append(svg("path", { class: "axis", d: `M${x} 0v4` }),
        svg("text", { class: "tick", x, y: 17, "text-anchor": "middle" }, label));
    }
    const samples = Object.keys(specialNames).filter((name) => specials.has(name)).map((name) => {
      const sample = html("i", { className: "sample" });
      sample.style.background = specialColor(name);
      return html("span", {}, sample, specialNames[name]);
    });
    this.bar.replaceChildren(html("span", {}, shown.axis),
      html("div", { className: "scale" }, gradient, labels), ...samples);
  }
}

class HeatMap {
  constructor(maps, run) {
    this.maps = maps;
    this.run = run;
    this.canvas = html("canvas", {});
    this.svg = svg("svg", { "aria-hidden": "true" });
    this.readout = html("p", { className: "readout" }, "\u00a0");
    this.plane = html("div", {
      className: "plane map", tabIndex: 0, role: "application", "aria-roledescription": "heat map",
      "aria-label": `${run.title}: every layer at every recorded step. Arrow keys choose layer and step.`,
    }, this.canvas, this.svg);
    this.table = new DataTable(`Data of ${run.title}`, () => this.rows());
    this.element = html("figure", { className: "plot" }, html("figcaption", {}, run.title), this.readout,
      this.plane, this.table.element);
    this.plane.addEventListener("pointermove", (event) => this.show(this.placeAt(event)));
    this.plane.addEventListener("pointerleave", () => { this.readout.textContent = "\u00a0"; });
    this.plane.addEventListener("click", (event) => this.choose(this.placeAt(event)));
    this.plane.addEventListener("keydown", (event) => this.key(event));
    this.observer = whenResized(this.plane, () => this.redraw());
  }

  get numbers() {
    return this.run.table(this.maps.quantity.parts[0].table);
  }

  /** The layers that have a row, with their places in the table. */
  get layers() {
    const table = this.numbers;
    return this.run.main.map((layer) => (
      { layer, series: table?.layers ? table.layers.indexOf(layer.place) : layer.place }))
      .filter(({ series }) => table && series >= 0 && series < table.series);
  }

  redraw() {
    const width = this.plane.clientWidth;
    const table = this.numbers;
    if (!width) return;
    const axis = timeAxis(table?.steps ?? []);
    const { layers } = this;
    const [floor, wall] = [mapHeight - bottom, width - right];
    const left = 36 + textWidth(String(this.run.main.length));
    this.x = new Scale("logarithmic", [1, (table?.steps.at(-1) ?? 0) + 2], left, wall);
    this.y = new Scale("linear", [0.5, Math.max(layers.length, 1) + 0.5], top, floor);
    this.box = { left, right: wall, top, bottom: floor };
    this.paint(table, layers, width);
    const yTicks = this.y.ticks((ticks) => ticks.every((tick, place) => place === 0
      || this.y.position(tick.value) - this.y.position(ticks[place - 1].value) >= 16), true);
    const xTicks = axis.ticks(this.x);
    const parts = [svg("path", { class: "axis", d: `M${left} ${top}V${floor}H${wall}` })];
    for (const { value, label } of yTicks.major) {
      const y = this.y.position(value);
      parts.push(svg("path", { class: "axis", d: `M${left - 5} ${y}h5` }),
        svg("text", { class: "tick", x: left - 8, y: y + 4, "text-anchor": "end" }, label));
    }
    for (const { value, label } of xTicks.major) {
      const x = this.x.position(value);
      parts.push(svg("path", { class: "axis", d: `M${x} ${floor}v5` }),
        svg("text", { class: "tick", x, y: floor + 18, "text-anchor": "middle" }, label));
    }
    parts.push(
      svg("text", { class: "axis-title", x: (left + wall) / 2, y: floor + 35, "text-anchor": "middle" },
        axis.title),
      svg("text", { class: "axis-title", "text-anchor": "middle",
        transform: `translate(11 ${(top + floor) / 2}) rotate(-90)` }, "layer"));
    this.marker = svg("g", { class: "chosen" });
    this.svg.setAttribute("width", width);
    this.svg.setAttribute("height", mapHeight);
    this.svg.replaceChildren(...parts, this.marker);
    this.mark();
    this.table.update();
  }

  /** Paints the cells: a step's column goes to the next recorded step. */
  paint(table, layers, width) {
    const ratio = globalThis.devicePixelRatio || 1;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(mapHeight * ratio);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${mapHeight}px`;
    const context = this.canvas.getContext("2d");
    context.scale(ratio, ratio);
    if (!table || table.length === 0) return;
    const { column } = this.maps.quantity.parts[0];
    const colors = new Scale("logarithmic", this.maps.domain, 0, 1);
    for (let place = 0; place < table.length; place += 1) {
      const from = this.x.position(table.steps[place] + 1);
      const to = this.x.position((table.steps[place + 1] ?? table.steps[place] + 1) + 1);
      layers.forEach(({ series }, row) => {
        const color = heatColor(table.value(column, place, series), colors);
        if (!color) return;
        context.fillStyle = color;
        const above = this.y.position(row + 0.5);
        // A little over the edge, so that no paper shows between cells.
        context.fillRect(from, above, to - from + 0.5, this.y.position(row + 1.5) - above + 0.5);
      });
    }
    context.fillStyle = resolved("var(--background)");
    for (const { position } of this.run.stages) {
      const place = layers.findIndex(({ layer }) => layer.index > position);
      if (place > 0) context.fillRect(this.box.left, this.y.position(place + 0.5) - 0.5, this.box.right - this.box.left, 1);
    }
  }

  /** Marks the chosen step and layer. */
  mark() {
    if (!this.marker) return;
    const { state } = this.maps.store;
    const table = this.numbers;
    const { left, right: wall, top: ceiling, bottom: floor } = this.box;
    const parts = [];
    if (table?.length) {
      const step = table.steps[table.place(state.step)];
      const x = this.x.position(step + 1);
      parts.push(svg("path", { d: `M${x} ${ceiling}V${floor}` }));
    }
    const row = this.layers.findIndex(({ layer }) => layer.index === state.layer);
    if (row >= 0) parts.push(svg("path", { d: `M${left} ${this.y.position(row + 1)}H${wall}` }));
    // Light on dark, so that it shows on every colour of the map.
    this.marker.replaceChildren(...parts.flatMap((part) => {
      const shadow = part.cloneNode();
      shadow.setAttribute("class", "shadow");
      return [shadow, part];
    }));
  }

  placeAt(event) {
    const box = this.svg.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const table = this.numbers;
    if (!table?.length || !this.x || x < this.box.left || x > this.box.right || y < top
      || y > this.box.bottom) return null;
    const row = Math.min(Math.max(Math.round(this.y.value(y)), 1), this.layers.length) - 1;
    return { place: table.place(Math.floor(this.x.value(x) - 1 + 1e-9)), row };
  }

  show(at) {
    this.readout.textContent = at ? this.words(at) : "\u00a0";
  }

  words({ place, row }) {
    const table = this.numbers;
    const { layer, series } = this.layers[row];
    const value = table.value(this.maps.quantity.parts[0].column, place, series);
    return `${this.run.title}, layer ${layer.index}, ${layer.name}, at step `
      + `${table.steps[place].toLocaleString("en")}: ${value === null ? "not measured" : rounded(value)}`;
  }

  choose(at) {
    if (!at) return;
    this.maps.store.chooseStep(this.numbers.steps[at.place]);
    this.maps.store.set({ layer: this.layers[at.row].layer.index });
    this.show(at);
  }

  key(event) {
    const moves = {
      ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
      PageUp: [0, -10], PageDown: [0, 10], Home: [-Infinity, 0], End: [Infinity, 0],
    };
    const table = this.numbers;
    if (!(event.key in moves) || !table?.length) return;
    event.preventDefault();
    const [across, down] = moves[event.key];
    const { state } = this.maps.store;
    const row = this.layers.findIndex(({ layer }) => layer.index === state.layer);
    const clamp = (value, end) => Math.min(Math.max(value, 0), end);
    const at = {
      place: clamp(table.place(state.step) + across, table.length - 1),
      row: clamp(row < 0 ? 0 : row + down, this.layers.length - 1),
    };
    this.choose(at);
    say(this.words(at));
  }

  rows() {
    const table = this.numbers;
    const { column } = this.maps.quantity.parts[0];
    const steps = table?.steps ?? [];
    return {
      head: ["layer", ...steps.map((step) => `step ${step.toLocaleString("en")}`)],
      rows: this.layers.map(({ layer, series }) => [`${layer.index} ${layer.name}`,
        ...steps.map((_, place) => {
          const value = table.value(column, place, series);
          return value === null ? "–" : rounded(value);
        })]),
    };
  }
}
