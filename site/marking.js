// An item and an answer become a mark: the twin of tracer/classroom/marking.py, rule by rule.
// An item is a row of a sealed pack: {answer: {form, options | rows, labels | lines | columns, rows | items}, salt, claims}.
"use strict";

// SHA-256 of a text, in hex. Our own: crypto.subtle is not there on plain http.
const sha256 = (() => {
  const primes = [];
  for (let n = 2; primes.length < 64; n += 1) if (primes.every((prime) => n % prime)) primes.push(n);
  const fraction = (root) => ((root - Math.floor(root)) * 2 ** 32) >>> 0;
  const ROUND = primes.map((prime) => fraction(Math.cbrt(prime)));
  const START = primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
  const turn = (word, by) => (word >>> by) | (word << (32 - by));
  const block = (state, words) => {
    for (let n = 16; n < 64; n += 1) {
      const [early, late] = [words[n - 15], words[n - 2]];
      words[n] = (words[n - 16] + words[n - 7] + (turn(early, 7) ^ turn(early, 18) ^ (early >>> 3)) + (turn(late, 17) ^ turn(late, 19) ^ (late >>> 10))) | 0;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let n = 0; n < 64; n += 1) {
      const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + ROUND[n] + words[n]) | 0;
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
    }
    return [a, b, c, d, e, f, g, h].map((word, n) => (word + state[n]) | 0);
  };
  return (text) => {
    const bytes = new TextEncoder().encode(text);
    const padded = new Uint8Array(((bytes.length + 8) >> 6 << 6) + 64);
    padded.set(bytes);
    padded[bytes.length] = 0x80;
    const view = new DataView(padded.buffer);
    view.setUint32(padded.length - 4, bytes.length * 8);
    let state = START;
    for (let at = 0; at < padded.length; at += 64) state = block(state, Array.from({ length: 16 }, (_, n) => view.getInt32(at + n * 4)));
    return state.map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
  };
})();

class AnswerError extends Error {}

const marking = {
  // Marks an answer: {points, most, message, status}; throws AnswerError where it has another form.
  mark(item, answer) {
    if (item.answer.form === "Ticket") return this.ticket(item.answer.items, answer);
    const words = answer.map((word) => this.normal(word));
    const [points, message] = this.points(item.answer, words, this.holding(item));
    return this.scored(points, this.most(item.answer), message);
  },

  // How many points there are.
  most({ form, options, rows, lines, items }) {
    switch (form) {
      case "Choice": return 1;
      case "Several": return options.length;
      case "Order": return lines.length;
      case "Ticket": return items.reduce((sum, item) => sum + this.most(item.answer), 0);
      default: return rows.length;
    }
  },

  holding({ salt, claims }) {
    const known = new Set(claims);
    return (claim) => known.has(sha256(`${salt}\n${claim}`));
  },

  points({ form, options, rows, labels, lines, columns }, words, holds) {
    switch (form) {
      case "Choice": {
        this.letters(words, options.length, { exactly: 1 });
        return holds(words[0]) ? [1, ""] : [0, `${words[0]} is not it.`];
      }
      case "Several": {
        this.letters(words, options.length);
        const wrong = this.alphabet(options.length).filter((each) => !holds(`${each}=${words.includes(each) ? "yes" : "no"}`));
        return [options.length - wrong.length, wrong.length ? `Look again at ${wrong.join(", ")}.` : ""];
      }
      case "Matching": {
        this.letters(words, labels.length, { exactly: rows.length, repeated: true });
        const wrong = words.map((word, n) => (holds(`${n + 1}=${word}`) ? 0 : n + 1)).filter(Boolean);
        return [rows.length - wrong.length, this.rows("Not in its place: row", wrong)];
      }
      case "Order": {
        this.letters(words, lines.length);
        return this.order(lines.length, words, holds);
      }
      case "Table": {
        const width = columns.length;
        if (words.length !== width * rows.length) throw new AnswerError(`give ${rows.length} rows of ${width} values`);
        const wrong = rows.map((_, row) => row + 1).filter((row) =>
          !columns.every((_, column) => holds(`${row},${column + 1}=${words[(row - 1) * width + column]}`)));
        return [rows.length - wrong.length, this.rows("Not right: row", wrong)];
      }
      default: throw new AnswerError("this is no question with a short answer");
    }
  },

  order(count, words, holds) {
    const strays = this.alphabet(count).filter((each) => holds(`${each}=stray`));
    const placed = words.filter((each) => !strays.includes(each));
    const pairs = (chosen) => chosen.flatMap((first, n) => chosen.slice(n + 1).map((later) => [first, later]));
    const turned = new Set(pairs(placed).filter(([first, later]) => holds(`${later}<${first}`)).map(String));
    const subsets = placed.reduce((sets, each) => [...sets, ...sets.map((set) => [...set, each])], [[]]);
    const kept = Math.max(...subsets.filter((set) => !pairs(set).some((pair) => turned.has(String(pair)))).map((set) => set.length));
    const points = strays.filter((each) => !words.includes(each)).length + kept;
    if (points === count) return [points, ""];
    if (strays.some((each) => words.includes(each))) return [points, "A line is in it that belongs to another path."];
    if (placed.length + strays.length < count) return [points, "A line of this path is missing."];
    const [late, early] = pairs(placed).find((pair) => turned.has(String(pair)));
    return [points, `${early} must come before ${late}.`];
  },

  ticket(items, answer) {
    if (answer.length !== items.length) throw new AnswerError(`answer all ${items.length} questions`);
    const marks = items.map((item, n) => this.mark(item, Array.isArray(answer[n]) ? answer[n] : [answer[n]]));
    const wrong = marks.map((mark, n) => (mark.status === "pass" ? 0 : n + 1)).filter(Boolean);
    const sum = (name) => marks.reduce((total, mark) => total + mark[name], 0);
    return this.scored(sum("points"), sum("most"), this.rows("Not right: question", wrong));
  },

  scored(points, most, message) {
    return { points, most, message: message || "Right.", status: points === most ? "pass" : "fail" };
  },

  letters(words, count, { exactly, repeated = false } = {}) {
    const known = this.alphabet(count);
    const wrong = words.find((each) => !known.includes(each));
    if (wrong !== undefined) throw new AnswerError(`“${wrong}” is none of ${known[0]} to ${known.at(-1)}`);
    if (exactly !== undefined && words.length !== exactly) throw new AnswerError(`give ${exactly} letter${exactly === 1 ? "" : "s"}, not ${words.length}`);
    if (!repeated && new Set(words).size !== words.length) throw new AnswerError("a letter is there twice");
  },

  rows(what, wrong) { return wrong.length ? `${what} ${wrong.join(", ")}.` : ""; },

  alphabet(count) { return [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"].slice(0, count); },

  // What Python's str.strip takes away, JavaScript's trim does not quite.
  normal(word) {
    return String(word).replace(/^[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+|[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/g, "").toUpperCase();
  },

  // All claims that hold, found by trying: for who wants to see the answer.
  claims({ answer, salt, claims }) {
    const { form, options, rows, labels, lines, columns } = answer;
    const holds = this.holding({ salt, claims });
    const each = (list, name) => list.flatMap((_, n) => name(n));
    const tried = {
      Choice: () => this.alphabet(options.length),
      Several: () => this.alphabet(options.length).flatMap((letter) => [`${letter}=yes`, `${letter}=no`]),
      Matching: () => each(rows, (row) => this.alphabet(labels.length).map((letter) => `${row + 1}=${letter}`)),
      Order: () => this.alphabet(lines.length).flatMap((one) => [`${one}=stray`, ...this.alphabet(lines.length).map((two) => `${one}<${two}`)]),
      Table: () => each(rows, (row) => each(columns, (column) => Array.from({ length: 1000 }, (_, n) => `${row + 1},${column + 1}=${n}`))),
      Code: () => [],
    };
    return tried[form]().filter(holds);
  },

  // The right answer, in the form that `mark` takes.
  solution(item) {
    if (item.answer.form === "Ticket") return item.answer.items.map((each) => this.solution(each));
    const known = this.claims(item);
    switch (item.answer.form) {
      case "Several": return known.filter((claim) => claim.endsWith("=yes")).map((claim) => claim[0]);
      case "Order": return this.inOrder(this.alphabet(item.answer.lines.length), known);
      default: return known.map((claim) => claim.split("=").at(-1));
    }
  },

  inOrder(letters, known) {
    let rest = letters.filter((each) => !known.includes(`${each}=stray`));
    const found = [];
    while (rest.length) {
      found.push(rest.find((two) => !rest.some((one) => known.includes(`${one}<${two}`))));
      rest = rest.filter((each) => each !== found.at(-1));
    }
    return found;
  },

  // The reason, which opens with the right claims.
  unlocked(item) {
    if (item.answer.form === "Ticket") return item.answer.items.map((each, n) => `${n + 1}. ${this.unlocked(each)}`).join(" ");
    const key = [item.salt, ...this.claims(item).sort()].join("\n");
    const bytes = item.why.match(/../g) ?? [];
    const stream = Array.from({ length: (bytes.length >> 5) + 1 }, (_, n) => sha256(`${key}\n${n}`)).join("");
    const open = bytes.map((byte, n) => Number.parseInt(byte, 16) ^ Number.parseInt(stream.slice(n * 2, n * 2 + 2), 16));
    return new TextDecoder().decode(Uint8Array.from(open));
  },
};
