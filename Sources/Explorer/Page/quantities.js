// What can be shown of every layer or block at a step, and of every step.

/**
 * A quantity has a title, the words of its axis, the kind of its scale, and parts: curves with the table
 * and column that their numbers are in. `over` says what its rows are about.
 */
export const quantities = [
  {
    id: "weights", title: "gradient of the weights", axis: "L2 norm of ∂loss/∂weights",
    kind: "logarithmic", over: "layers", parts: [{ table: "weight", column: "l2" }],
  },
  {
    id: "outputs", title: "gradient that reaches the output", axis: "L2 norm of ∂loss/∂output",
    kind: "logarithmic", over: "layers", parts: [{ table: "activation", column: "l2" }],
  },
  {
    id: "roads", title: "the two roads back: shortcut and branch", axis: "L2 norm of the gradient",
    kind: "logarithmic", over: "blocks",
    parts: [
      { table: "blocks", column: "shortcut", name: "by the shortcut" },
      { table: "blocks", column: "branch", name: "by the branch", dash: "2 3" },
    ],
  },
  {
    id: "updates", title: "update ÷ weight", axis: "‖Δw‖ ÷ ‖w‖", kind: "logarithmic",
    over: "layers", parts: [{ table: "weight", column: "update" }],
  },
  {
    id: "weight-norms", title: "norm of the weights", axis: "L2 norm of the weights",
    kind: "logarithmic", over: "layers", parts: [{ table: "weight", column: "weight" }],
  },
  {
    id: "responses", title: "responses", axis: "standard deviation of the response",
    kind: "logarithmic", over: "layers", parts: [{ table: "responses", column: "deviation" }],
  },
  {
    id: "zeros", title: "share of exact zeros in the weights’ gradient", axis: "share of zeros",
    kind: "linear", isShare: true, over: "layers", parts: [{ table: "weight", column: "zeros" }],
  },
  {
    id: "output-zeros", title: "share of exact zeros in the gradient at the output",
    axis: "share of zeros", kind: "linear", isShare: true, over: "layers",
    parts: [{ table: "activation", column: "zeros" }],
  },
  {
    id: "rms", title: "gradient of the weights, per weight", axis: "root mean square of ∂loss/∂weight",
    kind: "logarithmic", over: "layers", parts: [{ table: "weight", column: "rms" }],
  },
  {
    id: "largest", title: "largest gradient of a weight", axis: "max |∂loss/∂weight|",
    kind: "logarithmic", over: "layers", parts: [{ table: "weight", column: "max" }],
  },
  {
    id: "output-rms", title: "gradient at the output, per number",
    axis: "root mean square of ∂loss/∂output", kind: "logarithmic", over: "layers",
    parts: [{ table: "activation", column: "rms" }],
  },
  {
    id: "output-largest", title: "largest gradient at the output", axis: "max |∂loss/∂output|",
    kind: "logarithmic", over: "layers", parts: [{ table: "activation", column: "max" }],
  },
  {
    id: "means", title: "mean response", axis: "mean of the response", kind: "linear", over: "layers",
    parts: [{ table: "responses", column: "mean" }],
  },
  {
    id: "forward", title: "what blocks pass forward: sum and branch", axis: "root mean square",
    kind: "logarithmic", over: "blocks",
    parts: [
      { table: "blocks", column: "output", name: "output of the block" },
      { table: "blocks", column: "added", name: "what its branch adds", dash: "2 3" },
    ],
  },
];

export function quantity(id) {
  return quantities.find((each) => each.id === id) ?? quantities[0];
}

/** Whether any run has recorded a quantity. */
export function isRecorded(quantity, runs) {
  return runs.some((run) => quantity.parts.some(({ table, column }) => {
    const found = run.table(table);
    return found && found.length > 0 && !found.all(column).next().done;
  }));
}

/**
 * The numbers of one part at a place among the recorded steps, as points: x is the index of a layer of
 * the main path, or the number of a block; y null where nothing was measured.
 */
export function profile(run, part, place) {
  const table = run.table(part.table);
  if (!table || place >= table.length) return [];
  if (part.table === "blocks") {
    return table.row(part.column, place).map((value, index) => [index + 1, value]);
  }
  const points = [];
  for (let series = 0; series < table.series; series += 1) {
    const layer = run.structure.layers[table.layers ? table.layers[series] : series];
    if (layer.isMain) points.push([layer.index, table.value(part.column, place, series)]);
  }
  return points;
}

/** The numbers of one layer, or block, in one part over all recorded steps. */
export function past(run, part, index) {
  const table = run.table(part.table);
  if (!table) return [];
  const series = seriesOf(run, table, part, index);
  if (series < 0) return [];
  return table.steps.map((step, place) => [step, table.value(part.column, place, series)]);
}

function seriesOf(run, table, part, index) {
  if (part.table === "blocks") return index <= table.series ? index - 1 : -1;
  const place = run.layer(index)?.place;
  if (place === undefined) return -1;
  return table.layers ? table.layers.indexOf(place) : place;
}

/** Every number of a quantity in some runs. */
export function* everyValue(quantity, runs) {
  for (const run of runs) {
    for (const { table, column } of quantity.parts) yield* run.table(table)?.all(column) ?? [];
  }
}
