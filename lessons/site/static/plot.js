// Curves as SVG: axes with units, ticks at round numbers, colours from the page's style.
"use strict";

const PREFIXES = [[1e9, "G"], [1e6, "M"], [1e3, "k"], [1, ""], [1e-3, "m"], [1e-6, "µ"], [1e-9, "n"], [1e-12, "p"], [1e-15, "f"]];

/** A number with an SI prefix and its unit, three digits: "10 kΩ". */
export function quantity(value, unit) {
  if (!Number.isFinite(value)) return "–";
  if (!unit || unit === "%") return `${Number(value.toPrecision(3))}${unit ? " %" : ""}`;
  if (Math.abs(value) < 1e-16) return `0 ${unit}`;
  const size = Math.abs(value);
  const [factor, prefix] = PREFIXES.find(([f]) => size >= f * 0.9995) ?? PREFIXES[PREFIXES.length - 1];
  return `${Number((value / factor).toPrecision(3))} ${prefix}${unit}`.replace("-", "−");
}

function prefixOf(largest, unit) {
  if (!unit || unit === "%" || !(largest > 0)) return [1, ""];
  return PREFIXES.find(([f]) => largest >= f * 0.9995) ?? [1, ""];
}

function ticksOf(low, high, count) {
  const raw = (high - low) / count, power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw);
  const ticks = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) ticks.push(Number((k * step).toPrecision(12)));
  return ticks;
}

function decadesOf(low, high) {
  const ticks = [];
  for (let k = Math.ceil(Math.log10(low) - 1e-9); k <= Math.log10(high) + 1e-9; k++) ticks.push(10 ** k);
  return ticks;
}

function element(name, attributes, text) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

/**
 * Draw into an <svg>. `x` and `y` are {label, unit, range, log}; `series` are {label, xs, ys, kind: "line" | "dots"};
 * `guides` are {axis, at}. All numbers are SI. Returns what is shown in words.
 */
export function draw(svg, { x, y, series, guides = [] }) {
  const width = 640, height = 320, left = 64, right = 14, top = series.length > 1 ? 34 : 14, bottom = 46;
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  const all = series.flatMap((s) => Array.from(s.ys)).filter(Number.isFinite);
  let [low, high] = y.range ?? [Math.min(...all, 0), Math.max(...all, 0)];
  if (high <= low) high = low + 1;
  if (!y.range) { const room = 0.06 * (high - low); high += room; if (low < 0) low -= room; }
  const [xf, xp] = prefixOf(Math.max(...x.range.map(Math.abs)), x.unit), [yf, yp] = prefixOf(Math.max(Math.abs(low), Math.abs(high)), y.unit);
  const place = x.log
    ? (v) => left + (width - left - right) * Math.log(v / x.range[0]) / Math.log(x.range[1] / x.range[0])
    : (v) => left + (width - left - right) * (v - x.range[0]) / (x.range[1] - x.range[0]);
  const rise = (v) => height - bottom - (height - top - bottom) * (v - low) / (high - low);
  svg.replaceChildren();
  const xTicks = x.log ? decadesOf(...x.range) : ticksOf(x.range[0] / xf, x.range[1] / xf, 6).map((t) => t * xf);
  for (const t of xTicks) {
    svg.append(element("line", { x1: place(t), x2: place(t), y1: top, y2: height - bottom, class: "grid" }));
    const words = x.log && x.unit ? quantity(t, x.unit) : x.log ? String(Number(t.toPrecision(3))) : String(Number((t / xf).toPrecision(6))).replace("-", "−");
    svg.append(element("text", { x: place(t), y: height - bottom + 16, class: "tick", "text-anchor": "middle" }, words));
  }
  for (const t of ticksOf(low / yf, high / yf, 5)) {
    svg.append(element("line", { x1: left, x2: width - right, y1: rise(t * yf), y2: rise(t * yf), class: "grid" }));
    svg.append(element("text", { x: left - 7, y: rise(t * yf) + 4, class: "tick", "text-anchor": "end" }, String(t).replace("-", "−")));
  }
  const unitOf = (prefix, unit) => (unit ? ` (${prefix}${unit})` : "");
  svg.append(element("text", { x: (left + width - right) / 2, y: height - 8, class: "axis", "text-anchor": "middle" }, x.label + (x.log && x.unit ? "" : unitOf(xp, x.unit))));
  svg.append(element("text", { x: 0, y: 0, class: "axis", "text-anchor": "middle", transform: `translate(15 ${(top + height - bottom) / 2}) rotate(-90)` }, y.label + unitOf(yp, y.unit)));
  for (const g of guides) {
    if (!Number.isFinite(g.at)) continue;
    const inside = g.axis === "x" ? g.at >= x.range[0] && g.at <= x.range[1] : g.at >= low && g.at <= high;
    if (!inside) continue;
    const ends = g.axis === "x" ? { x1: place(g.at), x2: place(g.at), y1: top, y2: height - bottom } : { x1: left, x2: width - right, y1: rise(g.at), y2: rise(g.at) };
    svg.append(element("line", { ...ends, class: "guide" }));
  }
  series.forEach((s, number) => {
    const inside = (v) => Math.min(Math.max(v, low - (high - low)), high + (high - low));
    if (s.kind === "dots") {
      for (let k = 0; k < s.xs.length; k++) svg.append(element("circle", { cx: place(s.xs[k]), cy: rise(inside(s.ys[k])), r: 2.6, class: `series dots s${number}` }));
      return;
    }
    let path = "", pen = "M";
    for (let k = 0; k < s.xs.length; k++) {
      if (!Number.isFinite(s.ys[k])) { pen = "M"; continue; }
      path += `${pen}${place(s.xs[k]).toFixed(2)} ${rise(inside(s.ys[k])).toFixed(2)}`;
      pen = "L";
    }
    svg.append(element("path", { d: path, class: `series s${number}` }));
  });
  if (series.length > 1) series.forEach((s, number) => {
    const at = { x: width - right - 150 * (series.length - number), y: 20 };
    svg.append(s.kind === "dots" ? element("circle", { cx: at.x + 12, cy: at.y - 4, r: 3, class: `series dots s${number}` }) : element("line", { x1: at.x, x2: at.x + 24, y1: at.y - 4, y2: at.y - 4, class: `series s${number}` }));
    svg.append(element("text", { ...at, x: at.x + 30, class: "tick" }, s.label));
  });
  const words = series.map((s) => {
    const ys = Array.from(s.ys).filter(Number.isFinite);
    return `${s.label}: ${quantity(Math.min(...ys), y.unit)} … ${quantity(Math.max(...ys), y.unit)}`;
  }).join("; ");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", `${y.label}, ${x.label}. ${words}`);
  return words;
}
