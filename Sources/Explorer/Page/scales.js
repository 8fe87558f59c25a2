// Where values are: the domains, positions and ticks of gradflow's charts, in the browser.

import { raised } from "./numbers.js";

/** A whole number times a power of ten: what a tick says, exactly. */
class Decimal {
  constructor(significand, exponent) {
    this.significand = significand;
    this.exponent = exponent;
  }

  get value() {
    return Number(`${this.significand}e${this.exponent}`);
  }

  /** Written out, with all its places. */
  get plain() {
    if (this.significand === 0) return "0";
    let digits = String(Math.abs(this.significand));
    if (this.exponent >= 0) {
      digits += "0".repeat(this.exponent);
    } else {
      digits = digits.padStart(1 - this.exponent, "0");
      digits = `${digits.slice(0, this.exponent)}.${digits.slice(this.exponent)}`;
    }
    return (this.significand < 0 ? "−" : "") + digits;
  }

  /** As a power of ten and what it is multiplied by, if not by 1: `10³`, `2.5×10⁻⁷`. */
  get scientific() {
    if (this.significand === 0) return "0";
    const digits = String(Math.abs(this.significand));
    const power = this.exponent + digits.length - 1;
    const kept = digits.replace(/0+$/, "");
    const factor = kept.length > 1 ? `${kept[0]}.${kept.slice(1)}` : kept;
    const sign = this.significand < 0 ? "−" : "";
    return `${sign}${factor === "1" ? "" : `${factor}×`}10${raised(power)}`;
  }

  /** Written out if that is short, else as a power of ten. */
  get readable() {
    const length = String(Math.abs(this.significand)).length;
    const places = Math.max(length + Math.max(this.exponent, 0), 2 - this.exponent);
    if (this.significand === 0 || places <= 7) return this.plain;
    return this.scientific.length < this.plain.length ? this.scientific : this.plain;
  }
}

/** The least distance between ticks that is easy to count in and as wide: 1, 2, 2.5 or 5 × 10ⁿ. */
function niceStep(width) {
  const exponent = Math.floor(Math.log10(width));
  const factor = width / new Decimal(1, exponent).value - 1e-9;
  if (factor <= 1) return new Decimal(1, exponent);
  if (factor <= 2) return new Decimal(2, exponent);
  if (factor <= 2.5) return new Decimal(25, exponent - 1);
  if (factor <= 5) return new Decimal(5, exponent);
  return new Decimal(1, exponent + 1);
}

function stepMultiples(step, [low, high]) {
  const first = Math.ceil(low / step.value - 1e-9);
  const last = Math.floor(high / step.value + 1e-9);
  if (!(first <= last) || last - first >= 1000) return [];
  const multiples = [];
  for (let count = first; count <= last; count += 1) {
    multiples.push(new Decimal(count * step.significand, step.exponent));
  }
  return multiples;
}

/** Whether a value has a place on a scale: `kind` is "linear" or "logarithmic". */
export function hasPlace(kind, value) {
  return Number.isFinite(value) && (kind === "linear" || value > 0);
}

function widened(kind, [low, high]) {
  const limit = Number.MAX_VALUE;
  if (kind === "linear") {
    const size = Math.max(Math.abs(low), Math.abs(high));
    if (!(size > 1e-290)) return [-1, 1];
    if (!(high / 2 - low / 2 < size * 1e-6)) return [low, high];
    return [Math.max(low - size / 10, -limit), Math.min(high + size / 10, limit)];
  }
  if (!(high > 1e-290)) return [1e-300, 1e-290];
  if (!(Math.log10(high) - Math.log10(low) < 1e-6)) return [low, high];
  return [Math.max(low / 2, Number.MIN_VALUE), Math.min(high * 2, limit)];
}

/** From the least to the greatest value that has a place; 0…1, or 1…10, if there is none. */
export function domainCovering(kind, values) {
  let least = Infinity;
  let greatest = -Infinity;
  for (const value of values) {
    if (value === null || !hasPlace(kind, value)) continue;
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  if (least > greatest) return kind === "linear" ? [0, 1] : [1, 10];
  return widened(kind, [least, greatest]);
}

/** A domain widened to round numbers. */
export function niceDomain(kind, domain) {
  const [low, high] = widened(kind, domain);
  if (kind === "linear") {
    const step = niceStep((high / 2 - low / 2) / 3.5).value;
    const bottom = Math.floor(low / step + 1e-9) * step;
    const top = Math.ceil(high / step - 1e-9) * step;
    return [Number.isFinite(bottom) ? bottom : low, Number.isFinite(top) ? top : high];
  }
  const decades = Math.log10(high) - Math.log10(low);
  const factors = decades < 4 ? [1, 2, 5, 10] : [1, 10];
  const round = (value, choose) => {
    const decade = new Decimal(1, Math.floor(Math.log10(value))).value;
    const chosen = choose(factors.map((factor) => factor * decade)) ?? value;
    return chosen > 0 && Number.isFinite(chosen) ? chosen : value;
  };
  return [
    round(low, (places) => places.findLast((place) => place <= low * (1 + 1e-9))),
    round(high, (places) => places.find((place) => place >= high * (1 - 1e-9))),
  ];
}

/** A domain of values mapped onto a range of positions. */
export class Scale {
  constructor(kind, domain, start, end) {
    this.kind = kind;
    this.domain = widened(kind, domain);
    this.start = start;
    this.end = end;
    this.low = this.coordinate(this.domain[0]) / 2;
    this.high = this.coordinate(this.domain[1]) / 2;
  }

  /** The number that grows evenly along the scale. */
  coordinate(value) {
    return this.kind === "linear" ? value : Math.log10(value);
  }

  /** Where a value is; null for what has no place on the scale. */
  position(value) {
    if (value === null || !hasPlace(this.kind, value)) return null;
    const fraction = (this.coordinate(value) / 2 - this.low) / (this.high - this.low);
    return this.start + Math.min(Math.max(fraction, -20), 20) * (this.end - this.start);
  }

  /** Where a value is or, without a place, the end of the scale toward which it is. */
  nearestPosition(value) {
    if (value === null || Number.isNaN(value)) return null;
    return this.position(value) ?? (value === Infinity ? this.end : this.start);
  }

  /** The value at a position. */
  value(position) {
    const fraction = (position - this.start) / (this.end - this.start);
    const coordinate = 2 * (this.low + fraction * (this.high - this.low));
    return this.kind === "linear" ? coordinate : 10 ** coordinate;
  }

  /**
   * As many ticks as fit: `major`, with labels, and `minor`, values alone. `fits` is asked whether the
   * labels have room at their places, from many to few.
   */
  ticks(fits, onlyWhole = false) {
    return this.kind === "linear" ? { major: this.linearTicks(fits, onlyWhole), minor: [] }
      : this.logarithmicTicks(fits, onlyWhole);
  }

  linearTicks(fits, onlyWhole) {
    const half = this.domain[1] / 2 - this.domain[0] / 2;
    let step = niceStep(Math.max(half / 6, onlyWhole ? 0.99 : 0));
    for (;;) {
      if (!onlyWhole || step.exponent >= 0) {
        const ticks = stepMultiples(step, this.domain)
          .map((place) => ({ value: place.value, label: place.readable }))
          .filter((tick) => Number.isFinite(tick.value));
        if (ticks.length === 0 || fits(ticks)) return ticks;
      }
      if (!(step.value < Number.MAX_VALUE / 20)) return [];
      step = niceStep(step.value * 1.01);
    }
  }

  logarithmicTicks(fits, onlyWhole) {
    const [low, high] = this.domain.map(Math.log10);
    const first = Math.ceil(low - 1e-9);
    const last = Math.max(Math.floor(high + 1e-9), first);
    const powers = Array.from({ length: last - first + 1 }, (_, index) => first + index);
    const decades = high - low;
    let candidates = [];
    if (decades < 0.7) candidates.push(...this.linearCandidates());
    if (decades < (onlyWhole ? 4 : 2.3)) {
      const fine = this.multiples([1, 2, 5], powers);
      const isShort = fine.every((place) => place.plain.length <= 6);
      candidates.push(fine.map((place) => (
        { value: place.value, label: isShort ? place.plain : place.scientific })));
    }
    for (const step of [1, 2, 3, 5, 10, 20, 30, 50, 100, 200]) {
      candidates.push(powers.filter((power) => power % step === 0)
        .map((power) => new Decimal(1, power)).filter((place) => this.isInside(place.value))
        .map((place) => ({
          value: place.value,
          label: onlyWhole && place.exponent < 5 ? place.plain : place.scientific,
        })));
    }
    if (onlyWhole) {
      candidates = candidates.map((ticks) => ticks.filter((tick) => Number.isInteger(tick.value)));
    }
    const major = candidates.find((ticks) => ticks.length > 1 && fits(ticks))
      ?? candidates.find((ticks) => ticks.length === 1 && fits(ticks)) ?? [];
    const named = new Set(major.map((tick) => tick.value));
    const decade = Math.abs(this.end - this.start) / decades;
    const factors = decade >= 24 ? [1, 2, 3, 4, 5, 6, 7, 8, 9] : decade >= 4 ? [1] : [];
    const minor = this.multiples(factors, powers).map((place) => place.value)
      .filter((value) => !named.has(value));
    return { major, minor };
  }

  linearCandidates() {
    let step = niceStep((this.domain[1] - this.domain[0]) / 12);
    const candidates = [];
    while (candidates.length === 0 || candidates.at(-1).length > 0) {
      candidates.push(stepMultiples(step, this.domain)
        .map((place) => ({ value: place.value, label: place.readable })));
      step = niceStep(step.value * 1.01);
    }
    return candidates;
  }

  /** Multiples of these numbers and powers of ten inside the domain. */
  multiples(factors, powers) {
    const places = [];
    for (let power = powers[0] - 1; power <= powers.at(-1); power += 1) {
      for (const factor of factors) places.push(new Decimal(factor, power));
    }
    return places.filter((place) => this.isInside(place.value));
  }

  isInside(value) {
    return value > 0 && value >= this.domain[0] * (1 - 1e-9) && value <= this.domain[1] * (1 + 1e-9);
  }
}
