// Asking the worker: one promise a run; a worker that hangs is ended and the next run gets a new one.
"use strict";

const LIMIT = 20000;
let worker = null, count = 0;
const waiting = new Map();

function open() {
  worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }) => {
    const found = waiting.get(data.id);
    if (!found) return;
    waiting.delete(data.id);
    clearTimeout(found.clock);
    if (data.error) found.reject(new Error(data.error));
    else found.resolve(data);
  };
  worker.onerror = (event) => fail(new Error(event.message || "the worker with ngspice could not be started"));
}

function fail(error) {
  for (const { reject, clock } of waiting.values()) { clearTimeout(clock); reject(error); }
  waiting.clear();
  worker?.terminate();
  worker = null;
}

/** Run a netlist: {vectors: {name: Float64Array}, seconds}; rejects with ngspice's own words. */
export function run(text) {
  if (!worker) open();
  const id = ++count;
  return new Promise((resolve, reject) => {
    const clock = setTimeout(() => fail(new Error(`no result within ${LIMIT / 1000} s`)), LIMIT);
    waiting.set(id, { resolve, reject, clock });
    worker.postMessage({ id, text });
  });
}

/** Fetch and compile ngspice before it is asked for. */
export const warm = () => run("* warm\nv1 a 0 1\nr1 a 0 1\n.save v(a)\n.tran 1 2\n.end\n");
