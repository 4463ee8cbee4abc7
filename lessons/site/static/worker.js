// ngspice, compiled to WebAssembly, away from the page's own thread. One run after the other.
"use strict";
import { Simulation } from "./eecircuit-engine.mjs";

let ready = null, engine = null, seen = 0;

async function start() {
  engine = new Simulation();
  await engine.start();
  seen = engine.getError().length;
}

// What proves a run: the result is of this netlist (its title carries the run's number: after a netlist that fails the
// engine hands out other data), and a transient reached its end. ngspice's own words come with what does not.
function wrong(result, mark, text, said) {
  const words = said.map((line) => line.trim()).filter(Boolean).join("\n");
  const title = /^Title: (.*)$/m.exec(result?.header ?? "")?.[1] ?? "";
  if (!title.trim().endsWith(mark)) return words || "nothing was run: is there a .tran line, and a title in the first line?";
  const clock = result.data.find((v) => v.name.toLowerCase() === "time")?.values, end = clock?.[clock.length - 1];
  const asked = spiceNumber(/^\s*\.tran\s+\S+\s+(\S+)/im.exec(text)?.[1] ?? "");
  if (/aborted|interrupted/i.test(words) || end < asked * (1 - 1e-6)) return `stopped at ${end} s of ${asked} s\n${words}`;
  return "";
}

const SUFFIXES = { t: 1e12, g: 1e9, meg: 1e6, k: 1e3, m: 1e-3, u: 1e-6, n: 1e-9, p: 1e-12, f: 1e-15 };

function spiceNumber(text) {
  const parts = /^([-+]?[\d.]+(?:e[-+]?\d+)?)(meg|[tgkmunpf])?/i.exec(text);
  return parts ? Number(parts[1]) * (SUFFIXES[parts[2]?.toLowerCase()] ?? 1) : NaN;
}

onmessage = async ({ data: { id, text } }) => {
  try {
    ready ??= start();
    await ready;
    const mark = `#${id}`, [title = "", ...rest] = text.split("\n");
    engine.setNetList([`* ${title.replace(/^\*\s*/, "")} ${mark}`, ...rest, ""].join("\n"));
    const began = performance.now();
    const result = await engine.runSim();
    const seconds = (performance.now() - began) / 1000;
    const errors = engine.getError(), said = errors.slice(seen); // the list only grows
    seen = errors.length;
    const problem = wrong(result, mark, text, said);
    if (problem) {
      postMessage({ id, error: problem });
      return;
    }
    const vectors = {};
    for (const v of result.data) vectors[v.name.toLowerCase()] = Float64Array.from(v.values);
    postMessage({ id, vectors, seconds });
  } catch (error) {
    ready = null; // a fresh engine for the next run
    postMessage({ id, error: String(error?.message ?? error) });
  }
};
