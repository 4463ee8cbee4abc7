// Exercises on a page: answers are parsed, never evaluated; what was solved stays in this browser.
"use strict";

const UNITS = ["Ω", "ohm", "Ohm", "ohms", "V", "A", "F", "C", "s", "Hz", "S"];
const FACTORS = { "": 1, f: 1e-15, p: 1e-12, n: 1e-9, u: 1e-6, "µ": 1e-6, "μ": 1e-6, m: 1e-3, k: 1e3, K: 1e3, M: 1e6, Meg: 1e6, G: 1e9 };

export class AnswerError extends Error {}

const say = (phrases, name, values = {}) => phrases[name].replace(/\{(\w+)(?:!r)?\}/g, (_, key) => String(values[key]));

/** A number with its unit, as typed: {value (SI), unit}. */
export function readQuantity(text, phrases) {
  const plain = text.normalize("NFKC").replaceAll("−", "-").trim();
  if (!plain) throw new AnswerError(say(phrases, "answer_empty"));
  if (plain.length > 200) throw new AnswerError(say(phrases, "answer_long", { most: 200 }));
  if (/\d,\d/.test(plain)) throw new AnswerError(say(phrases, "answer_comma", { better: plain.replaceAll(",", ".") }));
  if (/^[영공일이삼사오육륙칠팔구십백천만억]/.test(plain)) throw new AnswerError(say(phrases, "answer_words"));
  if (/[()=;{}[\]*/]|__|import|lambda|print/.test(plain)) throw new AnswerError(say(phrases, "answer_code"));
  const head = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*/.exec(plain);
  if (!head) throw new AnswerError(say(phrases, "answer_no_number", { text: plain }));
  const unit = plain.slice(head[0].length).trim().replaceAll("\u2126", "Ω"), number = Number(head[0]);
  if (unit === "%") return { value: number, unit: "%" };
  if (!unit || UNITS.includes(unit)) return { value: number, unit: ohm(unit) };
  const parts = /^(f|p|n|u|µ|μ|m|k|K|Meg|M|G)?(.*)$/.exec(unit), symbol = parts[2].trim();
  if (symbol && !UNITS.includes(symbol)) throw new AnswerError(say(phrases, "answer_unit_unknown", { unit }));
  return { value: number * FACTORS[parts[1] ?? ""], unit: ohm(symbol) };
}

const ohm = (unit) => (/^ohms?$/i.test(unit) ? "Ω" : unit);

export function checkNumber(task, text, phrases) {
  const found = readQuantity(text, phrases), { unit, value, tolerance } = task;
  if (found.unit !== unit && !(unit === "%" && !found.unit)) {
    if (!unit) return no(say(phrases, "answer_unit_none"));
    return no(found.unit ? say(phrases, "answer_unit_wrong", { found: found.unit, unit }) : say(phrases, "answer_unit_missing", { unit }));
  }
  const error = Math.abs(found.value - value), limit = tolerance * Math.abs(value) * (1 + 1e-9);
  if (error <= limit) return { right: true, words: phrases.right };
  if (Math.abs(found.value + value) <= limit) return no(phrases.answer_sign);
  if (found.value * value > 0) {
    const power = Math.log10(found.value / value);
    if (Math.round(power) && Math.abs(power - Math.round(power)) <= tolerance / Math.LN10) return no(phrases.answer_power);
  }
  return no(error <= 10 * limit ? say(phrases, "answer_close", { percent: Number((100 * tolerance).toPrecision(3)) }) : phrases.wrong);
}

const no = (words) => ({ right: false, words });

/** Arithmetic as a function of named numbers; throws AnswerError for anything else. */
export function readArithmetic(text, known, phrases) {
  const tokens = text.match(/\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+|[A-Za-z_]\w*|\*\*|[-+*/^()]|\S/g) ?? [];
  let at = 0;
  const unread = (reason) => new AnswerError(say(phrases, "equation_unread", { reason }));
  const sum = () => { let a = product(); while (tokens[at] === "+" || tokens[at] === "-") { const op = tokens[at++], l = a, r = product(); a = op === "+" ? (v) => l(v) + r(v) : (v) => l(v) - r(v); } return a; };
  const product = () => { let a = signed(); while (tokens[at] === "*" || tokens[at] === "/") { const op = tokens[at++], l = a, r = signed(); a = op === "*" ? (v) => l(v) * r(v) : (v) => l(v) / r(v); } return a; };
  const signed = () => { if (tokens[at] === "-") { at++; const a = signed(); return (v) => -a(v); } if (tokens[at] === "+") { at++; return signed(); } return power(); };
  const power = () => { const a = atom(); if (tokens[at] !== "**" && tokens[at] !== "^") return a; at++; if (!/^[0-6]$/.test(tokens[at] ?? "")) throw unread(text); const n = Number(tokens[at++]); return (v) => a(v) ** n; };
  const atom = () => {
    const t = tokens[at++];
    if (t === "(") { const a = sum(); if (tokens[at++] !== ")") throw unread(text); return a; }
    if (t !== undefined && /^[\d.]/.test(t)) return () => Number(t);
    if (t !== undefined && /^[A-Za-z_]/.test(t)) { if (!known.includes(t)) throw new AnswerError(say(phrases, "equation_unknown", { names: t, known: known.join(", ") })); return (v) => v[t]; }
    throw unread(t ?? text);
  };
  const made = sum();
  if (at < tokens.length) throw unread(tokens[at]);
  return made;
}

/** The same as the circuit's own equation? Tried with numbers on it and beside it. */
export function checkEquation(task, text, phrases) {
  const plain = text.normalize("NFKC").replaceAll("−", "-").replaceAll("·", "*").replaceAll("×", "*").trim();
  if (!plain) throw new AnswerError(phrases.answer_empty);
  const sides = plain.split("=");
  if (sides.length !== 2 || sides.some((s) => !s.trim())) throw new AnswerError(phrases.equation_sides);
  const [left, right] = sides.map((s) => readArithmetic(s, task.known, phrases));
  let on = true, off = true, always = true;
  for (let k = 1; k <= 6; k++) {
    const v = Object.fromEntries(task.known.map((name, n) => [name, 1 + ((7 * k + 5 * n * n + 3 * n) % 11) / 3 + k / 7]));
    const solution = task.solution(v);
    const gap = (u) => { v[task.unknown] = u; const a = left(v), b = right(v); return Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b), 1e-12); };
    on &&= gap(solution) < 1e-9;
    const beside = [0.3, -0.7, 2.1].map((d) => gap(solution + d));
    off &&= beside.every((g) => g > 1e-6);
    always &&= gap(solution) < 1e-9 && beside.every((g) => g < 1e-9);
  }
  if (always) return no(phrases.equation_empty);
  return on && off ? { right: true, words: phrases.right } : no(phrases.equation_other);
}

const KEY = "lapicque-progress";
export const progress = () => { try { return JSON.parse(localStorage.getItem(KEY) ?? "{}"); } catch { return {}; } };
export function remember(id, right) {
  const all = progress(), before = all[id] ?? { right: false, tries: 0 };
  all[id] = { right: before.right || right, tries: before.tries + 1, when: new Date().toISOString() };
  try { localStorage.setItem(KEY, JSON.stringify(all)); } catch { /* a private window keeps nothing */ }
}

/** Wire one exercise: <section class="exercise"> with a form, a verdict and hints. */
export function mount(section, task, phrases, run) {
  const verdict = section.querySelector(".verdict"), form = section.querySelector("form");
  const tell = (found) => {
    verdict.textContent = `${found.right ? "✓" : "✗"} ${found.words}`;
    verdict.className = `verdict ${found.right ? "good" : "bad"}`;
    remember(section.id, found.right);
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const chosen = form.querySelector("input[type=radio]:checked"), field = form.querySelector("input[type=text], textarea");
    try {
      if (task.kind === "choose") {
        if (!chosen) return tell(no(phrases.choose));
        const c = task.choices[Number(chosen.value)];
        tell({ right: c.right, words: c.right ? c.reason : `${phrases.wrong} ${c.reason}` });
      } else if (task.kind === "number") tell(checkNumber(task, field.value, phrases));
      else if (task.kind === "equation") tell(checkEquation(task, field.value, phrases));
      else tell(await run(task, field.value));
    } catch (error) {
      if (!(error instanceof AnswerError)) throw error;
      tell(no(error.message));
    }
  });
  const hints = [...section.querySelectorAll(".hints li")], more = section.querySelector(".more");
  let shown = 0;
  more?.addEventListener("click", () => {
    if (shown < hints.length) hints[shown++].hidden = false;
    if (shown >= hints.length) more.hidden = true;
  });
  if (progress()[section.id]?.right) section.classList.add("solved");
}
