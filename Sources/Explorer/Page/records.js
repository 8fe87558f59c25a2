// Runs and their tables: unpacked from the page, or growing while networks learn.

const firstSpecial = 0xfffb;
const minusInfinity = 0xfffb;
const missing = 0xfffc;
const zero = 0xfffd;
const infinity = 0xfffe;

/** What stands in a table for a number that was not measured; `value` gives null for it. */
const absent = -Number.MAX_VALUE;

/** The rows of one table: of every recorded step, so many numbers in each column. */
export class Table {
  /** `layers` are the places of the layers that a step's numbers are about; null for all in order. */
  constructor(series, layers = null) {
    this.steps = [];
    this.series = series;
    this.layers = layers;
    this.columns = new Map();
  }

  /** The table of a head; the bytes of its columns begin at a place among those of all. */
  static unpacked(head, bytes, start) {
    const table = new Table(head.series, head.layers ?? null);
    table.steps = head.steps;
    const whole = new Map();
    let offset = start;
    for (const column of head.columns) {
      const own = unpacked(head, bytes, offset, whole.get(column.relative));
      offset += own.length;
      whole.set(column.name, own);
      table.columns.set(column.name, unscaled(own, column, head));
    }
    return table;
  }

  get length() {
    return this.steps.length;
  }

  /** A number; null where it was not measured, or where there is no such column. */
  value(column, place, series = 0) {
    const value = this.columns.get(column)?.[place * this.series + series];
    return value === undefined || value === absent ? null : value;
  }

  /** All numbers of a step. */
  row(column, place) {
    return Array.from({ length: this.series }, (_, series) => this.value(column, place, series));
  }

  /** Every number of a column. */
  * all(column) {
    const values = this.columns.get(column);
    const count = this.length * this.series;
    for (let index = 0; values && index < count; index += 1) {
      if (values[index] !== absent) yield values[index];
    }
  }

  /** The place of the last recorded step that is not behind a step; the first where all are. */
  place(step) {
    let [low, high] = [0, this.steps.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.steps[middle] <= step) low = middle + 1; else high = middle;
    }
    return Math.max(low - 1, 0);
  }

  /** Adds a step: a list of numbers for each column, null where one was not measured. */
  append(step, columns) {
    if (this.steps.at(-1) >= step) return;
    const start = this.steps.length * this.series;
    this.steps.push(step);
    for (const [name, numbers] of Object.entries(columns)) {
      let values = this.columns.get(name) ?? new Float64Array(0);
      if (values.length < start + this.series) {
        const larger = new Float64Array(Math.max(2 * values.length, start + 16 * this.series));
        larger.fill(absent);
        larger.set(values);
        values = larger;
        this.columns.set(name, values);
      }
      numbers.forEach((number, series) => { values[start + series] = parsed(number); });
    }
  }
}

/** A number of JSON, which has no word of its own for some. */
function parsed(number) {
  if (number === null) return absent;
  if (typeof number === "number") return number;
  return { inf: Infinity, "-inf": -Infinity }[number] ?? NaN;
}

/**
 * The codes of the column at a place, series by series. `other` has those of the column that this one was told relative
 * to, if there is one.
 */
function unpacked(head, bytes, offset, other) {
  const steps = head.steps.length;
  const codes = new Uint16Array(steps * head.series);
  const half = bytes.length / 2;
  let difference = 0;
  for (let index = 0; index < codes.length; index += 1) {
    if (index % steps === 0) difference = 0;
    const zigzag = bytes[offset + index] | (bytes[half + offset + index] << 8);
    difference += (zigzag >>> 1) ^ (zigzag & 1 ? 0xffff : 0);
    // Beyond 16 bits it begins again: so do these numbers.
    codes[index] = difference + (other ? other[index] : 0);
  }
  return codes;
}

/** Turns the codes of a column, series by series, into numbers, step by step. */
function unscaled(codes, column, head) {
  const steps = head.steps.length;
  const values = new Float64Array(codes.length);
  codes.forEach((code, index) => {
    values[(index % steps) * head.series + Math.floor(index / steps)] = decoded(code, column);
  });
  return values;
}

function decoded(code, { packing, step, origin }) {
  if (code < firstSpecial) {
    const number = step * (origin + code);
    return packing === "logarithmic" ? 10 ** number : number;
  }
  switch (code) {
    case minusInfinity: return -Infinity;
    case missing: return absent;
    case zero: return 0;
    case infinity: return Infinity;
    default: return NaN;
  }
}

/** One training: what is known of it, its network, and its tables. */
export class Run {
  /** `start` is the place of the first number among those of all runs. */
  constructor(head, structure, bytes, start = 0) {
    Object.assign(this, head);
    this.structure = structure;
    /** Those that count for the depth, in forward order, each with its place among all. */
    this.main = structure.layers.map((layer, place) => ({ ...layer, place }))
      .filter((layer) => layer.isMain);
    /** Tables that are still packed, by their names. */
    this.packed = new Map();
    this.size = 0;
    for (const table of head.tables) {
      this.packed.set(table.name, { head: table, bytes, start: start + this.size });
      this.size += table.steps.length * table.series * table.columns.length;
    }
    this.unpacked = new Map();
    this.notes = head.notes;
  }

  /** A table: steps, evaluations, weight, activation, responses or blocks; null where there is none. */
  table(name) {
    if (!this.unpacked.has(name)) {
      const packed = this.packed.get(name);
      if (!packed) return null;
      this.unpacked.set(name, Table.unpacked(packed.head, packed.bytes, packed.start));
    }
    return this.unpacked.get(name);
  }

  /** Begins a table that will grow. */
  begin(name, series, layers) {
    const table = new Table(series, layers);
    this.unpacked.set(name, table);
    return table;
  }

  /** Forgets what it has, to be told again from the beginning. */
  clear() {
    this.packed.clear();
    this.unpacked.clear();
    this.notes = [];
  }

  /** The steps whose gradients were recorded. */
  get recordedSteps() {
    return this.table("weight")?.steps ?? [];
  }

  /** How many of them there are; known before anything is unpacked. */
  get stepCount() {
    return this.unpacked.get("weight")?.length ?? this.packed.get("weight")?.head.steps.length ?? 0;
  }

  get lastStep() {
    return Math.max(this.recordedSteps.at(-1) ?? 0, this.table("steps")?.steps.at(-1) ?? 0);
  }

  /** The layer of the main path with an index; null where there is none. */
  layer(index) {
    return this.main.find((layer) => layer.index === index) ?? null;
  }

  /** The layers of the main path that a block leads around: the first and the last index. */
  blockSpan(block) {
    this.spans ??= new Map(this.structure.blocks.map(({ name }) => {
      const inside = this.main.filter((layer) => layer.name.startsWith(`${name}.`));
      return [name, inside.length ? [inside[0].index, inside.at(-1).index] : null];
    }));
    return this.spans.get(block.name);
  }

  /** Where stages begin: half-way between two layers, with a name. */
  get stages() {
    this.beginnings ??= stageBeginnings(this.main);
    return this.beginnings;
  }

  /** What the doctor sees at a recorded step. */
  notesAt(step) {
    return this.notes.filter((note) => note.step === step);
  }
}

function stageBeginnings(layers) {
  const begins = [];
  for (let place = 1; place < layers.length - 1; place += 1) {
    const [before, after] = [layers[place - 1], layers[place]];
    if (after.stage > before.stage) {
      begins.push({
        position: (before.index + after.index) / 2,
        label: after.filters ? `${after.filters} filters` : stageName(layers, after.stage),
      });
    }
  }
  return begins;
}

/** What the names of a stage's layers begin with. */
function stageName(layers, stage) {
  const names = layers.filter((layer) => layer.stage === stage).map(({ name }) => name.split("."));
  let shared = names[0].slice(0, -1);
  for (const name of names) {
    const end = shared.findIndex((word, place) => word !== name[place]);
    if (end >= 0) shared = shared.slice(0, end);
  }
  return shared.join(".");
}

/** The runs of packed bytes, which gzip has packed. */
export async function unpack(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const whole = new Uint8Array(await new Response(stream).arrayBuffer());
  const length = new DataView(whole.buffer).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(whole.subarray(4, 4 + length)));
  const numbers = whole.subarray(4 + length);
  let start = 0;
  const runs = head.runs.map((each) => {
    for (const table of each.tables) table.steps = head.schedules[table.steps];
    const run = new Run(each, head.structures[each.structure], numbers, start);
    start += run.size;
    return run;
  });
  return { runs, faults: head.faults };
}

/** Bytes from text in base64. */
export function bytesFrom(base64) {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
