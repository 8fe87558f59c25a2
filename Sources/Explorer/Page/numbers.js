// Numbers as they are written for people: the same forms as in gradflow's charts and texts.

const raisedDigits = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** A whole number in raised digits: `⁻¹²`. */
export function raised(exponent) {
  return String(exponent).replace(/[0-9]/g, (digit) => raisedDigits[digit]).replace("-", "⁻");
}

/** `inf`, `-inf` or `nan`. */
function notFinite(value) {
  if (Number.isNaN(value)) return "nan";
  return value > 0 ? "inf" : "-inf";
}

/** A whole number with its digits in groups of three: `21,797,672`. */
export function grouped(value) {
  const digits = String(Math.abs(value)).replace(/\B(?=(\d{3})+$)/g, ",");
  return (value < 0 ? "−" : "") + digits;
}

/** A number with so many decimal places: `0.75`, `−3.10`. */
export function fixed(value, places) {
  if (!Number.isFinite(value)) return notFinite(value);
  const scaled = Math.round(Math.abs(value) * 10 ** places);
  if (scaled >= 1e15) return String(value);
  const digits = String(scaled).padStart(places + 1, "0");
  const sign = value < 0 && scaled > 0 ? "−" : "";
  if (places === 0) return sign + digits;
  return `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

/** `72.6 %`, of a number in percent. */
export function percent(value) {
  return `${fixed(value, 1)} %`;
}

/** A number with two or three digits that count: `346`, `3.2`, `0.10`, `2.1×10⁻⁷`. */
export function rounded(value) {
  if (!Number.isFinite(value)) return notFinite(value);
  if (value === 0) return "0";
  if (value < 0) return `−${rounded(-value)}`;
  let exponent = Math.floor(Math.log10(value));
  // What is rounded up to the next power of ten is written like that.
  const lastDigit = exponent >= 2 && exponent <= 4 ? 0 : exponent >= 0 && exponent <= 1 ? -1
    : exponent - 1;
  const lastUnit = 10 ** lastDigit;
  if (Math.round(value / lastUnit) * lastUnit >= 10 ** (exponent + 1) * 0.999999) exponent += 1;
  if (exponent >= 2 && exponent <= 4) return fixed(value, 0);
  if (exponent >= 0 && exponent <= 1) return fixed(value, 1);
  if (exponent >= -2 && exponent <= -1) return fixed(value, 1 - exponent);
  return `${fixed(value / 10 ** exponent, 1)}×10${raised(exponent)}`;
}

/** What stands for a number in a table: `–` where there is none. */
export function cell(value) {
  return value === null || value === undefined ? "–" : rounded(value);
}

/** `one layer`, `3 layers`. */
export function counted(count, noun) {
  return count === 1 ? `one ${noun}` : `${grouped(count)} ${noun}s`;
}

/** `a`, `a and b`, `a, b and c`. */
export function list(words) {
  if (words.length < 2) return words[0] ?? "";
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** Whether there is a number. */
export function isNumber(value) {
  return value !== null && value !== undefined && !Number.isNaN(value);
}
