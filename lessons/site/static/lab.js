// The lab: sliders make a netlist, ngspice runs it, the derived curve lies over it, and their difference below.
"use strict";
import { draw, quantity } from "./plot.js";
import { sliderRow, solve } from "./play.js";
import { run, warm } from "./ngspice.js";

const DOTS = 140;

/** The netlist of a circuit for slider values. */
export const netlistOf = (circuit, p) => circuit.netlist.replace(/<<(\d+)>>/g, (_, k) => String(circuit.numbers[k](p)));

/** The derived curve at times. */
export const derived = (circuit, times, p) => (circuit.play.ode ? solve(circuit.play.ode, times, p) : Array.from(times, (x) => circuit.play.curves[0].at(x, p)));

/** The vector of a node, however ngspice spells it. */
export const vectorOf = (vectors, name) => vectors[name] ?? vectors[`v(${name})`];

/** State of the page in the address: circuit and slider values; nonsense is told and left out. */
export function readState(hash, circuits) {
  const asked = new URLSearchParams(hash.replace(/^#/, "")), wrong = [];
  let name = asked.get("circuit") ?? circuits[0].name;
  let circuit = circuits.find((c) => c.name === name);
  if (!circuit) { wrong.push(`circuit=${name}`); circuit = circuits[0]; }
  const p = {};
  for (const s of circuit.play.sliders) {
    p[s.name] = s.start;
    if (!asked.has(s.name)) continue;
    const value = Number(asked.get(s.name));
    if (Number.isFinite(value) && value >= s.low * (1 - 1e-9) && value <= s.high * (1 + 1e-9)) p[s.name] = value;
    else wrong.push(`${s.name}=${asked.get(s.name)}`);
  }
  for (const key of asked.keys()) if (key !== "circuit" && !(key in p)) wrong.push(key);
  return { circuit, p, wrong };
}

export function mountLab(root, circuits, language, words) {
  const find = (name) => root.querySelector(`[data-part=${name}]`);
  const choose = find("circuit"), sliders = find("sliders"), plot = find("plot"), gap = find("gap"), text = find("netlist");
  const status = find("status"), figures = find("figures"), problem = find("problem");
  let { circuit, p, wrong } = readState(location.hash, circuits), last = null, edited = false, busy = false, again = false;
  for (const c of circuits) choose.append(new Option(c.title[language], c.name));

  const tellProblem = (message) => { problem.textContent = message; problem.hidden = !message; };
  const axes = () => [{ ...circuit.play.x, label: circuit.play.x.label[language] }, { ...circuit.play.y, label: circuit.play.y.label[language] }];

  function show(result, netlist) {
    const times = result.vectors.time, values = vectorOf(result.vectors, circuit.vector);
    const [x, y] = axes();
    if (!times || !values) { tellProblem(words.no_vector.replace("{name}", circuit.vector)); return; }
    const model = derived(circuit, Array.from(times), p), difference = values.map((v, k) => v - model[k]);
    const step = Math.max(1, Math.floor(times.length / DOTS));
    const some = Array.from(times.keys()).filter((k) => k % step === 0);
    const smooth = Array.from({ length: 900 }, (_, k) => x.range[0] + (x.range[1] - x.range[0]) * k / 899);
    const label = circuit.play.curves[0].label[language];
    draw(plot, {
      x, y, guides: circuit.play.guides.map((g) => ({ axis: g.axis, at: g.at(p) })),
      series: [{ label, xs: smooth, ys: derived(circuit, smooth, p) }, { label: "ngspice", xs: some.map((k) => times[k]), ys: some.map((k) => values[k]), kind: "dots" }],
    });
    const swing = Math.max(...values) - Math.min(...values);
    const sorted = Array.from(difference, Math.abs).sort((a, b) => a - b);
    // A spike that is a microsecond late differs by all of its height: the picture shows what is between the spikes.
    const usual = sorted[Math.floor(0.97 * sorted.length)], spiky = 10 * usual < sorted[sorted.length - 1] && usual > 0;
    draw(gap, { x, y: { label: words.difference, unit: y.unit, range: spiky ? [-2 * usual, 2 * usual] : null }, series: [{ label: words.difference, xs: Array.from(times), ys: Array.from(difference) }] });
    figures.textContent = `${words.points}: ${times.length}; ${words.run}: ${quantity(result.seconds, "s")}; ${words.median}: ${quantity(sorted[Math.floor(sorted.length / 2)], y.unit)}; ${words.worst}: ${quantity(sorted[sorted.length - 1], y.unit)} (${words.swing} ${quantity(swing, y.unit)})`;
    last = { times, values, model, netlist };
    root.dataset.runs = String(Number(root.dataset.runs ?? 0) + 1);
  }

  async function simulate(netlist) {
    if (busy) { again = true; return; }
    busy = true;
    status.textContent = words.running;
    try {
      show(await run(netlist), netlist);
      tellProblem("");
    } catch (error) {
      tellProblem(`${words.failed} ${error.message}`);
      root.dataset.failures = String(Number(root.dataset.failures ?? 0) + 1);
    }
    status.textContent = "";
    busy = false;
    if (again) { again = false; refresh(); }
  }

  function refresh() {
    edited = false;
    text.value = netlistOf(circuit, p);
    const state = new URLSearchParams({ circuit: circuit.name, ...Object.fromEntries(Object.entries(p).map(([k, v]) => [k, v.toPrecision(6)])) });
    history.replaceState(null, "", `#${state}`);
    simulate(text.value);
  }

  function setUp() {
    choose.value = circuit.name;
    sliders.replaceChildren(...circuit.play.sliders.map((s) => sliderRow(s, language, (value) => { p[s.name] = value; refresh(); }, p[s.name])));
    refresh();
  }

  choose.addEventListener("change", () => {
    ({ circuit, p } = readState(`#circuit=${choose.value}`, circuits));
    setUp();
  });
  text.addEventListener("input", () => { edited = true; });
  find("run").addEventListener("click", () => { if (edited) simulate(text.value); else refresh(); });
  find("copy").addEventListener("click", () => navigator.clipboard.writeText(text.value).then(() => { status.textContent = words.copied; }, () => { text.select(); }));
  find("link").addEventListener("click", () => navigator.clipboard.writeText(location.href).then(() => { status.textContent = words.copied; }, () => { status.textContent = location.href; }));
  find("csv").addEventListener("click", () => {
    if (!last) return;
    const rows = Array.from(last.times, (t, k) => `${t},${last.values[k]},${last.model[k]}`);
    download(`${circuit.name}.csv`, new Blob([["time,ngspice,derived", ...rows].join("\n") + "\n"], { type: "text/csv" }));
  });
  find("png").addEventListener("click", () => picture(plot).then((blob) => download(`${circuit.name}.png`, blob)));
  if (wrong.length) { find("address").textContent = words.address.replace("{what}", wrong.join(", ")); find("address").hidden = false; }
  warm().catch(() => {});
  setUp();
}

function download(name, blob) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** The plot as PNG, with the colours of the page. */
async function picture(svg) {
  const copy = svg.cloneNode(true), own = svg.querySelectorAll("*"), theirs = copy.querySelectorAll("*");
  own.forEach((e, k) => {
    const style = getComputedStyle(e);
    for (const key of ["stroke", "stroke-width", "stroke-dasharray", "fill", "font"]) theirs[k].style.setProperty(key, style.getPropertyValue(key));
  });
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", 1280);
  copy.setAttribute("height", 640);
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: 1280, height: 640 }), pen = canvas.getContext("2d");
  pen.fillStyle = getComputedStyle(document.body).backgroundColor;
  pen.fillRect(0, 0, 1280, 640);
  pen.drawImage(image, 0, 0);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
}
