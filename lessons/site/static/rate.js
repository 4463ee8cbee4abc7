// "Make it fire at a rate": the answer is run in ngspice, here in the browser.
"use strict";
import { readQuantity } from "./answers.js";
import { netlistOf, vectorOf } from "./lab.js";
import { run } from "./ngspice.js";

const say = (words, values) => words.replace(/\{(\w+)\}/g, (_, key) => String(values[key]));

/** Times at which a waveform falls through half its largest value: the neuron is emptied. */
export function resets(times, volts, level) {
  const found = [];
  for (let k = 1; k < times.length; k++) if (volts[k - 1] >= level && volts[k] < level) found.push(times[k - 1] + (times[k] - times[k - 1]) * (volts[k - 1] - level) / (volts[k - 1] - volts[k]));
  return found;
}

export async function rate(task, text, phrases, lab) {
  if (task.kind === "elsewhere") return { right: false, words: task.words };
  const found = readQuantity(text, phrases), no = (words) => ({ right: false, words });
  if (found.unit !== "A") return no(found.unit ? say(phrases.answer_unit_wrong, { found: found.unit, unit: "A" }) : say(phrases.answer_unit_missing, { unit: "A" }));
  if (!(found.value > 0 && found.value <= task.largest)) return no(say(phrases.rate_current, { most: `${task.largest * 1e6} µA` }));
  const circuit = lab.find((c) => c.name === "lif"), p = Object.fromEntries(circuit.play.sliders.map((s) => [s.name, s.start]));
  p.I1 = found.value;
  const stop = 4.5 / task.hertz;
  const netlist = netlistOf(circuit, p).replace(/^(\.tran \S+) \S+/m, `$1 ${stop}`);
  const { vectors } = await run(netlist);
  const times = resets(vectors.time, vectorOf(vectors, circuit.vector), p.u_th / 2);
  if (times.length < 2) return no(phrases.rate_silent);
  const measured = (times.length - 1) / (times[times.length - 1] - times[0]);
  const right = Math.abs(measured - task.hertz) <= task.tolerance * task.hertz;
  return { right, words: `${right ? phrases.right : phrases.wrong} ${say(phrases.rate_is, { rate: Number(measured.toPrecision(4)), target: task.hertz })}` };
}
