// A plane with two axes and curves in it, which can be hovered over, walked through with the keys, and
// read as a table.

import { DataTable, html, say, svg, textWidth } from "./dom.js";
import { grouped, rounded } from "./numbers.js";
import { whenResized } from "./paper.js";
import { Scale, domainCovering, niceDomain } from "./scales.js";

const tickSize = 12;
/** The most points that a thin curve is drawn with as they are. */
const pointLimit = 2000;
/** How many plots there are, which gives each a number. */
let plots = 0;

/**
 * A chart of curves. What it shows comes in parts, so that moving in time draws as little as can be:
 * `frame` sets axes and rules, `draw` the curves, `mark` the place that is chosen.
 */
export class Plot {
  /**
   * `title` is a text; `describe(x)` gives the words at a place; `pick(x)`, if there is one, is called
   * where the chart was clicked or Enter pressed.
   */
  constructor({ title, describe, pick = null, height = 300, places = null }) {
    this.describe = describe;
    this.pick = pick;
    this.height = height;
    this.title = title;
    this.places = places;
    this.reading = null;
    this.series = [];
    this.caption = html("figcaption", {}, title);
    this.readout = html("p", { className: "readout" });
    this.readout.textContent = "\u00a0";
    this.svg = svg("svg", { "aria-hidden": "true" });
    plots += 1;
    this.frameClip = svg("defs", {}, svg("clipPath", { id: `box-${plots}` }));
    this.plane = html("div", {
      className: "plane", tabIndex: 0, role: "application", "aria-roledescription": "chart",
      "aria-label": title,
    }, this.svg);
    this.table = new DataTable(`Data of ${title}`, () => this.rows());
    this.element = html("figure", { className: "plot" }, this.caption, this.readout, this.plane,
      this.table.element);
    this.plane.addEventListener("pointermove", (event) => this.hover(event));
    this.plane.addEventListener("pointerleave", () => this.read(null));
    this.plane.addEventListener("click", (event) => {
      const x = this.placeAt(event);
      if (x !== null) this.pick?.(x);
    });
    this.plane.addEventListener("keydown", (event) => this.key(event));
    this.plane.addEventListener("blur", () => this.read(null));
    this.observer = whenResized(this.plane, () => this.redraw());
  }

  /** Sets a new title, which says what the chart is of. */
  name(title) {
    this.title = title;
    this.caption.textContent = title;
    this.plane.setAttribute("aria-label", `${title}. Arrow keys walk through the values.`);
  }

  /** Sets the axes: `{ title, kind, domain, isWhole, label }`, and rules: `{ x or y, label }`. */
  frame({ x, y, rules = [] }) {
    this.axes = { x, y };
    this.rules = rules;
    this.drawFrame();
  }

  /** Sets the curves: `{ name, color, dash, width, points, isGhost, isTabulated }`. */
  draw(series) {
    this.series = series;
    this.drawSeries();
    this.table.update();
    if (this.reading !== null) this.read(this.reading);
  }

  /** Marks a place on the x axis, or none. */
  mark(x) {
    this.marked = x;
    this.drawMark();
  }

  redraw() {
    if (!this.axes) return;
    this.drawFrame();
    this.drawSeries();
    this.drawMark();
  }

  drawFrame() {
    const width = this.plane.clientWidth || 600;
    const { x, y } = this.axes;
    const [top, bottom] = [this.rules.some((rule) => rule.x !== undefined && rule.label) ? 22 : 10, 44];
    // The width of the labels depends on the ticks, whose distances do not depend on it.
    const vertical = new Scale(y.kind, y.domain, this.height - bottom, top);
    const yTicks = y.ticks ?? vertical.ticks((ticks) => areApart(vertical, ticks, 20), y.isWhole);
    const labels = yTicks.major.map((tick) => textWidth(tick.label, tickSize));
    const left = Math.max(...labels, 20) + 30;
    const horizontal = new Scale(x.kind, x.domain, left, width - 12);
    const xTicks = x.ticks?.(horizontal) ?? horizontal.ticks((ticks) => ticks.every((tick, place) => (
      place === 0 || Math.abs(horizontal.position(tick.value)
        - horizontal.position(ticks[place - 1].value))
        >= (textWidth(tick.label, tickSize) + textWidth(ticks[place - 1].label, tickSize)) / 2 + 14
    )), x.isWhole);
    this.x = horizontal;
    this.y = vertical;
    this.box = { left, right: width - 12, top, bottom: this.height - bottom };
    const parts = [];
    const { right, bottom: floor } = this.box;
    for (const { value } of yTicks.major) {
      const place = vertical.position(value);
      parts.push(svg("path", { class: "gridline", d: `M${left} ${place}H${right}` }));
    }
    parts.push(svg("path", { class: "axis", d: `M${left} ${top}V${floor}H${right}` }));
    const minor = yTicks.minor.map((value) => `M${left - 3} ${vertical.position(value)}h3`)
      .concat(xTicks.minor.map((value) => `M${horizontal.position(value)} ${floor}v3`));
    parts.push(svg("path", { class: "axis minor", d: minor.join("") }));
    for (const { value, label } of yTicks.major) {
      const place = vertical.position(value);
      parts.push(svg("path", { class: "axis", d: `M${left - 5} ${place}h5` }));
      parts.push(svg("text", { class: "tick", x: left - 8, y: place + 4, "text-anchor": "end" }, label));
    }
    for (const { value, label } of xTicks.major) {
      const place = horizontal.position(value);
      parts.push(svg("path", { class: "axis", d: `M${place} ${floor}v5` }));
      parts.push(svg("text", { class: "tick", x: place, y: floor + 18, "text-anchor": "middle" }, label));
    }
    parts.push(svg("text", { class: "axis-title", x: (left + right) / 2, y: floor + 37,
      "text-anchor": "middle" }, x.title));
    parts.push(svg("text", { class: "axis-title", transform: `translate(13 ${(top + floor) / 2}) rotate(-90)`,
      "text-anchor": "middle" }, y.title));
    let end = -Infinity;
    for (const rule of this.rules) {
      if (rule.x !== undefined) {
        const place = horizontal.position(rule.x);
        if (place === null || place < left || place > right) continue;
        parts.push(svg("path", { class: "rule", d: `M${place} ${top - 6}V${floor}` }));
        const width = textWidth(rule.label ?? "", 11);
        if (rule.label && place > end && place + 4 + width < right + 8) {
          parts.push(svg("text", { class: "stage", x: place + 4, y: top - 2 }, rule.label));
          end = place + 8 + width;
        }
      } else {
        const place = vertical.position(rule.y);
        if (place === null || place < top || place > floor) continue;
        parts.push(svg("path", { class: "rule", d: `M${left} ${place}H${right}` }));
        parts.push(svg("text", { class: "stage", x: right - 4, y: place - 5, "text-anchor": "end" },
          rule.label));
      }
    }
    // Curves may leave the box, say where an axis ends before its outliers; what stands at its edge may not be cut.
    this.frameClip.firstChild.replaceChildren(svg("rect", { x: left - 5, y: top - 2,
      width: Math.max(right - left + 10, 0), height: floor - top + 4 }));
    this.curves = svg("g", { "clip-path": `url(#${this.frameClip.firstChild.id})` });
    this.marker = svg("path", { class: "cursor" });
    this.reader = svg("g", { class: "reader" });
    this.svg.setAttribute("viewBox", `0 0 ${width} ${this.height}`);
    this.svg.setAttribute("width", width);
    this.svg.setAttribute("height", this.height);
    this.svg.replaceChildren(this.frameClip, ...parts, this.curves, this.marker, this.reader);
  }

  drawSeries() {
    if (!this.curves) return;
    this.curves.replaceChildren(...this.series.flatMap((series) => this.curve(series)));
  }

  /** A line with gaps where there is no value, and triangles at the edge for what is beyond the axis. */
  curve({ points: all, color, dash = "", width = 2, isGhost = false, isThin = false }) {
    const points = isThin && all.length > pointLimit ? outline(all, this.x) : all;
    let line = "";
    let isDown = false;
    const symbols = [];
    const alone = [];
    points.forEach(([x, value], index) => {
      const left = this.x.position(x);
      const top = value === null ? null : this.y.position(value);
      if (left === null || top === null) {
        isDown = false;
        if (left !== null && value !== null && !Number.isNaN(value)) {
          symbols.push(this.symbol(left, value > 0));
        }
        return;
      }
      const isAlone = !isDown && !this.hasPlace(points[index + 1]);
      if (isAlone) alone.push(`M${left - 2} ${top}a2 2 0 1 0 4 0a2 2 0 1 0 -4 0`);
      line += `${isDown ? "L" : "M"}${left.toFixed(1)} ${top.toFixed(1)}`;
      isDown = true;
    });
    const parts = [svg("path", {
      class: isGhost ? "curve ghost" : "curve", d: line, stroke: color, "stroke-dasharray": dash,
      "stroke-width": width,
    })];
    if (!isGhost && (alone.length || symbols.length)) {
      parts.push(svg("path", { d: alone.join("") + symbols.join(""), fill: color }));
    }
    return parts;
  }

  hasPlace(point) {
    return point !== undefined && point[1] !== null && this.y.position(point[1]) !== null;
  }

  /** A triangle at the edge: exact zeros lie below, infinity above. */
  symbol(left, isUp) {
    return isUp ? `M${left} ${this.box.top}l4 7h-8z` : `M${left} ${this.box.bottom}l4 -7h-8z`;
  }

  drawMark() {
    if (!this.marker) return;
    const place = this.marked === null || this.marked === undefined ? null
      : this.x.position(this.marked);
    const isInside = place !== null && place >= this.box.left - 1 && place <= this.box.right + 1;
    this.marker.setAttribute("d", isInside ? `M${place} ${this.box.top}V${this.box.bottom}` : "");
  }

  // Reading values.

  /** The places that have values, in order. */
  get xs() {
    if (this.places) return this.places();
    const xs = new Set(this.series.filter((series) => !series.isGhost)
      .flatMap((series) => series.points.map(([x]) => x)));
    return [...xs].sort((one, other) => one - other);
  }

  placeAt(event) {
    if (!this.x) return null;
    const place = event.clientX - this.svg.getBoundingClientRect().left;
    let best = null;
    let distance = Infinity;
    for (const x of this.xs) {
      const gap = Math.abs(this.x.position(x) - place);
      if (gap < distance) [best, distance] = [x, gap];
    }
    return best;
  }

  hover(event) {
    this.read(this.placeAt(event));
  }

  /** Shows and tells the values at a place; none where there is none. */
  read(x) {
    this.reading = x;
    if (!this.reader) return;
    if (x === null) {
      this.reader.replaceChildren();
      this.readout.textContent = "\u00a0";
      return;
    }
    const place = this.x.position(x);
    const parts = [svg("path", { d: `M${place} ${this.box.top}V${this.box.bottom}` })];
    for (const { points, color, isGhost } of this.series) {
      const point = isGhost ? null : points.find(([each]) => each === x);
      const top = point && point[1] !== null ? this.y.nearestPosition(point[1]) : null;
      if (top !== null) parts.push(svg("circle", { cx: place, cy: top, r: 4, fill: color }));
    }
    this.reader.replaceChildren(...parts);
    this.readout.textContent = this.describe(x);
  }

  key(event) {
    const { xs } = this;
    if (xs.length === 0) return;
    const place = this.reading === null ? -1 : xs.indexOf(this.reading);
    const moves = {
      ArrowRight: place + 1, ArrowUp: place + 1, ArrowLeft: place < 0 ? xs.length - 1 : place - 1,
      ArrowDown: place < 0 ? xs.length - 1 : place - 1, Home: 0, End: xs.length - 1,
      PageUp: place + 10, PageDown: place - 10,
    };
    if (event.key in moves) {
      this.read(xs[Math.min(Math.max(moves[event.key], 0), xs.length - 1)]);
      say(this.readout.textContent);
    } else if (event.key === "Enter" && this.reading !== null && this.pick) {
      this.pick(this.reading);
    } else {
      return;
    }
    event.preventDefault();
  }

  /** The numbers of all curves, a row for each place. */
  rows() {
    const told = this.series.filter((series) => series.isTabulated !== false && series.name);
    const values = told.map((series) => new Map(series.points));
    const xs = [...new Set(told.flatMap((series) => series.points.map(([x]) => x)))]
      .sort((one, other) => one - other);
    return {
      head: [this.axes?.x.title ?? "", ...told.map((series) => series.name)],
      rows: xs.map((x) => [grouped(x), ...values.map((byX) => {
        const value = byX.get(x);
        return value === null || value === undefined ? "–" : rounded(value);
      })]),
    };
  }
}

/** What is seen of very many points: of each column of pixels the first, lowest, highest and last. */
export function outline(points, scale) {
  const kept = [];
  let column = [];
  const close = () => {
    const known = column.filter(([, value]) => value !== null && !Number.isNaN(value));
    const extreme = (sign) => known.reduce((best, point) => (
      best === null || sign * point[1] > sign * best[1] ? point : best), null);
    const chosen = new Set([column[0], extreme(-1), extreme(1), column.at(-1)]);
    kept.push(...column.filter((point) => chosen.has(point)));
  };
  for (const point of points) {
    const place = Math.round(scale.position(point[0]) ?? 0);
    if (column.length && place !== Math.round(scale.position(column[0][0]) ?? 0)) {
      close();
      column = [];
    }
    column.push(point);
  }
  if (column.length) close();
  return kept;
}

function areApart(scale, ticks, distance) {
  return ticks.every((tick, place) => place === 0
    || Math.abs(scale.position(tick.value) - scale.position(ticks[place - 1].value)) >= distance);
}

/** A round domain that has all of some values. */
export function roundDomain(kind, values) {
  return niceDomain(kind, domainCovering(kind, values));
}

/**
 * The logarithmic axis of time: steps are counted from 0, which has no logarithm, so that one more than a
 * step decides its place, and ticks bear the numbers of the steps.
 */
export function timeAxis(steps) {
  const last = steps.at(-1) ?? 0;
  return {
    title: "training step", kind: "logarithmic", domain: [1, Math.max(last + 1, 2)], isWhole: true,
    ticks: (scale) => {
      const candidates = [0, 1, 2, 5];
      for (let power = 10; power <= last; power *= 10) candidates.push(power, 2 * power, 5 * power);
      const inside = candidates.filter((step) => step <= last);
      const major = [];
      // Powers of ten have their places before what is between them.
      const ranked = [...inside].sort((one, other) => rank(one) - rank(other) || one - other);
      for (const step of ranked) {
        const place = scale.position(step + 1);
        const width = textWidth(step.toLocaleString("en"), tickSize) / 2 + 8;
        if (major.every((tick) => Math.abs(scale.position(tick.value) - place) >= width + tick.width)) {
          major.push({ value: step + 1, label: step.toLocaleString("en"), width });
        }
      }
      const minor = inside.filter((step) => major.every((tick) => tick.value !== step + 1))
        .map((step) => step + 1);
      return { major, minor };
    },
  };
}

function rank(step) {
  if (step === 0) return 0;
  return Number.isInteger(Math.log10(step)) ? 1 : 2;
}
