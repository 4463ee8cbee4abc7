// ngspice, compiled to WebAssembly, away from the page's own thread. One run after the other.
"use strict";
import { Simulation } from "./eecircuit-engine.mjs";

let ready = null, engine = null, seen = 0;

async function start() {
  engine = new Simulation();
  await engine.start();
  seen = engine.getError().length;
}

onmessage = async ({ data: { id, text } }) => {
  try {
    ready ??= start();
    await ready;
    engine.setNetList(text);
    const began = performance.now();
    const result = await engine.runSim();
    const seconds = (performance.now() - began) / 1000;
    // After a netlist that fails the engine hands out the previous run's data; only its errors tell, and the list grows.
    const errors = engine.getError(), said = errors.slice(seen);
    seen = errors.length;
    const wrong = said.filter((line) => !/^\s*(note|warning)/i.test(line));
    if (wrong.length) {
      postMessage({ id, error: wrong.join("\n") });
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
