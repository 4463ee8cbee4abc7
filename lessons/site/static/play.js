// Sliders over curves: every number comes from functions that were printed from derived formulas.
"use strict";
import { draw, quantity } from "./plot.js";

const STEPS = 200, POINTS = 600;

export const valueAt = (s, k) => (s.log ? s.low * (s.high / s.low) ** (k / STEPS) : s.low + (s.high - s.low) * (k / STEPS));
export const placeOf = (s, v) => Math.round(STEPS * (s.log ? Math.log(v / s.low) / Math.log(s.high / s.low) : (v - s.low) / (s.high - s.low)));

export function grid(x, points = POINTS) {
  const [low, high] = x.range;
  return Array.from({ length: points }, (_, k) => (x.log ? low * (high / low) ** (k / (points - 1)) : low + (high - low) * k / (points - 1)));
}

/** Classical Runge-Kutta with fixed steps, read at xs. */
export function solve(ode, xs, p) {
  let y = ode.start.slice();
  const h = ode.step, steps = Math.ceil(xs[xs.length - 1] / h), seen = [ode.output(y, p)];
  const plus = (a, f, b) => a.map((v, k) => v + f * b[k]);
  for (let n = 0; n < steps; n++) {
    const t = n * h, a = ode.slope(y, p, t), b = ode.slope(plus(y, h / 2, a), p, t + h / 2), c = ode.slope(plus(y, h / 2, b), p, t + h / 2), d = ode.slope(plus(y, h, c), p, t + h);
    y = y.map((v, k) => v + h / 6 * (a[k] + 2 * b[k] + 2 * c[k] + d[k]));
    seen.push(ode.output(y, p));
  }
  return xs.map((x) => {
    const k = Math.min(Math.floor(x / h), steps - 1), part = x / h - k;
    return seen[k] * (1 - part) + seen[k + 1] * part;
  });
}

/** All curves of a play for slider values: [{label, xs, ys}]. */
export function curves(play, p, language) {
  const xs = grid(play.x);
  if (play.ode) return [{ label: play.y.label[language], xs, ys: solve(play.ode, xs, p) }];
  return play.curves.map((c) => ({ label: c.label[language], xs, ys: xs.map((x) => c.at(x, p)) }));
}

/** A row with a label, a slider and its value; calls `changed` with the value in SI. */
export function sliderRow(s, language, changed, start = s.start) {
  const row = document.createElement("label"), input = document.createElement("input"), shown = document.createElement("output");
  row.className = "slider";
  const name = document.createElement("span");
  name.textContent = s.name.replace("_", " ");
  Object.assign(input, { type: "range", min: 0, max: STEPS, step: 1, value: placeOf(s, start) });
  input.dataset.name = s.name;
  const begin = Number(input.value);
  const tell = () => {
    // The slider's places are a grid; where it stands at first is exact.
    const value = Number(input.value) === begin ? start : valueAt(s, Number(input.value));
    shown.textContent = quantity(value, s.unit);
    input.setAttribute("aria-valuetext", shown.textContent);
    return value;
  };
  input.addEventListener("input", () => changed(tell()));
  tell();
  row.append(name, input, shown);
  return row;
}

export function mount(section, play, language) {
  const p = Object.fromEntries(play.sliders.map((s) => [s.name, s.start]));
  const svg = section.querySelector("svg"), list = section.querySelector("dl"), sliders = section.querySelector(".sliders");
  const show = () => {
    draw(svg, {
      x: { ...play.x, label: play.x.label[language] }, y: { ...play.y, label: play.y.label[language] },
      series: curves(play, p, language), guides: play.guides.map((g) => ({ axis: g.axis, at: g.at(p) })),
    });
    list.replaceChildren();
    for (const m of play.marks) {
      const name = document.createElement("dt"), value = document.createElement("dd");
      name.textContent = m.label[language];
      value.textContent = quantity(m.at(p), m.unit);
      list.append(name, value);
    }
  };
  for (const s of play.sliders) sliders.append(sliderRow(s, language, (value) => { p[s.name] = value; show(); }));
  show();
}
