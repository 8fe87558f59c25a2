// The colours of gradflow's charts: networks by their roles, amounts by a map from dark to light.

/** A role's colours, as variables of the style sheet; several of one role differ in their dashes, too. */
const others = ["var(--other-1)", "var(--other-2)", "var(--other-3)", "var(--other-4)"];
const roles = { plain: "var(--plain)", residual: "var(--residual)" };
const dashes = ["", "7 4", "2 3", "9 3 2 3"];

/**
 * How the curves of runs look: plain is vermillion and residual blue; of one role the deepest is a whole
 * line and the others are dashed. Networks without a role have colours of their own.
 */
export function looks(runs) {
  const looksByName = new Map();
  let other = 0;
  for (const run of runs) {
    const alike = runs.filter((each) => each.role === run.role)
      .sort((one, two) => two.depth - one.depth);
    const rank = alike.indexOf(run);
    looksByName.set(run.name, run.role in roles
      ? { color: roles[run.role], dash: dashes[rank % dashes.length] }
      : { color: others[other++ % others.length], dash: dashes[rank % dashes.length] });
  }
  return looksByName;
}

/** The colours of the map, `#rrggbb`, from weak to strong. */
let heat = [];
/** Those that stand for no amount: exactly zero, infinite, not a number. */
let specials = {};

export function setPalette(palette) {
  heat = palette.heat.match(/.{6}/g).map((hex) => `#${hex}`);
  specials = palette.specials;
}

export const specialNames = { zero: "exactly 0", infinite: "infinite", notANumber: "not a number" };

/** Which of the colours that stand for no amount a value has; null for an amount. */
export function special(value) {
  if (Number.isNaN(value)) return "notANumber";
  if (!Number.isFinite(value)) return "infinite";
  return value <= 0 ? "zero" : null;
}

/** The colour of a value on a scale from 0 to 1; null for what was not measured. */
export function heatColor(value, scale) {
  if (value === null) return null;
  const name = special(value);
  if (name) return specials[name];
  const fraction = Math.min(Math.max(scale.position(value), 0), 1);
  return heat[Math.round(fraction * (heat.length - 1))];
}

export function specialColor(name) {
  return specials[name];
}

export function heatColors() {
  return heat;
}

/** The colour that a variable of the style sheet has now, for canvases. */
export function resolved(color) {
  const name = /^var\((--[\w-]+)\)$/.exec(color)?.[1];
  return name ? getComputedStyle(document.documentElement).getPropertyValue(name).trim() : color;
}
