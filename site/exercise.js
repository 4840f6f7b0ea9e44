// Exercises: a list becomes controls, an answer is marked, progress is kept. Without it they read as text.
"use strict";

const button = (text, act, properties = {}) => {
  const made = make("button", { type: "button", textContent: text, ...properties });
  made.addEventListener("click", act);
  return made;
};
const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

// How each form is answered: `read` gives the answer as marking takes it, `write` puts one back.
const forms = {
  Choice(place, { id }) { return options(place, "radio", id); },
  Several(place, { id }) { return options(place, "checkbox", id); },

  Matching(place, { answer }) {
    const selects = [...place.querySelectorAll(":scope > .rows > li")].map((row) => {
      const select = make("select", {}, make("option", { value: "", textContent: "choose" }), ...answer.labels.map((text, n) => make("option", { value: letters[n], textContent: text })));
      select.setAttribute("aria-label", `Where ${row.textContent.trim()} lives`);
      row.append(" ", select);
      return select;
    });
    return { read: () => selects.map((each) => each.value).filter(Boolean), write: (words) => selects.forEach((each, n) => { each.value = words[n] ?? ""; }) };
  },

  Table(place, { answer }) {
    const inputs = [...place.querySelectorAll(":scope > .cells tbody tr")].flatMap((row, n) => [...row.querySelectorAll("td")].map((cell, column) => {
      const input = make("input", { inputMode: "numeric", autocomplete: "off", size: 4 });
      input.setAttribute("aria-label", `${answer.columns[column]} after ${answer.rows[n]}`);
      cell.replaceChildren(input);
      return input;
    }));
    return { read: () => inputs.map((each) => each.value), write: (words) => inputs.forEach((each, n) => { each.value = words[n] ?? ""; }) };
  },

  Order(place) {
    const list = place.querySelector(":scope > .lines");
    const out = make("ol", { className: "lines out" });
    const heading = make("p", { className: "facts", textContent: "Left out:" });
    const rows = [...list.children];
    const settle = () => {
      [...list.children].forEach((row, n) => { row.up.disabled = n === 0; row.down.disabled = n === list.children.length - 1; });
      rows.forEach((row) => {
        const isOut = row.parentNode === out;
        row.up.hidden = row.down.hidden = isOut;
        row.turn.textContent = isOut ? "Take in" : "Leave out";
      });
      heading.hidden = out.children.length === 0;
    };
    const moved = (row, focus) => {
      settle();
      (focus.disabled || focus.hidden ? row.turn : focus).focus();
      say(row.parentNode === out ? `${row.text}: left out.` : `${row.text}: now ${[...list.children].indexOf(row) + 1} of ${list.children.length}.`);
    };
    rows.forEach((row, n) => {
      row.text = row.textContent;
      row.letter = letters[n];
      row.up = button("Up", () => { row.previousElementSibling?.before(row); moved(row, row.up); });
      row.down = button("Down", () => { row.nextElementSibling?.after(row); moved(row, row.down); });
      row.turn = button("Leave out", () => { (row.parentNode === out ? list : out).append(row); moved(row, row.turn); });
      [[row.up, "Up"], [row.down, "Down"]].forEach(([each, name]) => each.setAttribute("aria-label", `${name}: ${row.text}`));
      row.replaceChildren(make("span", { className: "letter", textContent: row.letter }), make("span", { textContent: row.text }), make("span", { className: "movers" }, row.up, row.down, row.turn));
    });
    list.classList.add("live");
    list.after(heading, out);
    settle();
    return {
      read: () => [...list.children].map((row) => row.letter),
      write: (words) => {
        rows.filter((row) => !words.includes(row.letter)).forEach((row) => out.append(row));
        words.forEach((word) => list.append(rows.find((row) => row.letter === word) ?? []));
        settle();
      },
      leaveOut: (letter) => { out.append(rows.find((row) => row.letter === letter)); settle(); },
    };
  },

  Ticket(place, { answer }) {
    const parts = [...place.querySelectorAll(":scope > .of-ticket")].map((part, n) => forms[answer.items[n].answer.form](part, answer.items[n]));
    return { read: () => parts.map((part) => part.read()), write: (words) => parts.forEach((part, n) => part.write(words[n] ?? [])) };
  },

  Code(place, { id }) {
    const starter = place.querySelector(":scope > .starter");
    const box = make("textarea", { value: starter.textContent, spellcheck: false, rows: Math.min(starter.textContent.split("\n").length + 3, 30) });
    box.setAttribute("aria-label", `Your function for ${id}`);
    box.setAttribute("autocapitalize", "off");
    starter.replaceWith(box, make("p", { className: "facts", textContent: "Indent with spaces; Tab moves on." }));
    return { read: () => [box.value], write: ([text]) => { if (text) box.value = text; } };
  },
};

function options(place, type, name) {
  const inputs = [...place.querySelectorAll(":scope > .options > li")].map((row, n) => {
    const input = make("input", { type, name, value: letters[n] });
    row.replaceChildren(make("label", {}, input, make("span", {}, ...row.childNodes)));
    return input;
  });
  place.querySelector(":scope > .options").classList.add("live");
  return { read: () => inputs.filter((each) => each.checked).map((each) => each.value), write: (words) => inputs.forEach((each) => { each.checked = words.includes(each.value); }) };
}

class Exercise {
  constructor(section, page) {
    this.section = section;
    this.page = page;
    this.item = JSON.parse(section.dataset.sealed);
    this.isCode = this.item.answer.form === "Code";
    if (this.isCode && !page.python) return;
    this.controls = forms[this.item.answer.form](section, this.item);
    this.build();
    const kept = progress.items()[section.dataset.key];
    if (kept) this.restore(kept);
  }

  build() {
    const reply = this.section.querySelector(".reply");
    this.checking = button("Check", () => this.check(), { className: "check" });
    reply.append(this.checking);
    if (!this.isCode) reply.append(button("Show the answer", () => this.give()));
    reply.hidden = false;
    this.section.querySelector(".terminal-way").hidden = true;
    this.result = this.section.querySelector(".result");
    this.readOn = this.section.querySelector(".read-on");
    if (this.readOn) this.readOn.hidden = true;
  }

  restore({ status, points, answer }) {
    try {
      this.controls.write(answer);
      if (status === "shown") this.show({ status, message: "You looked at the answer.", points, most: this.most() });
      else if (!this.isCode) this.show(marking.mark(this.item, answer));
      else if (status === "pass") this.show({ status, message: "Right.", points, most: points });
    } catch { /* kept for another form */ }
  }

  most() { return marking.most(this.item.answer); }

  async check() {
    const answer = this.controls.read();
    let mark;
    try {
      mark = this.isCode ? await this.run(answer[0]) : marking.mark(this.item, answer);
    } catch (error) {
      if (!(error instanceof AnswerError)) throw error;
      this.tell(`${error.message[0].toUpperCase()}${error.message.slice(1)}.`);
      return;
    }
    this.keep(mark.status, mark.points, answer);
    this.show(mark);
    say(this.result.querySelector(".verdict").textContent);
    this.ease(mark);
  }

  // After three tries at an order, the line that does not belong is taken out.
  ease({ status }) {
    const stray = this.item.answer.form === "Order" && marking.claims(this.item).find((claim) => claim.endsWith("=stray"))?.[0];
    const { attempts } = progress.items()[this.section.dataset.key] ?? {};
    if (!stray || status === "pass" || attempts < 3 || !this.controls.read().includes(stray)) return;
    this.controls.leaveOut(stray);
    const told = `After ${attempts} tries: ${stray} is on another path, it is left out.`;
    this.result.append(make("p", { textContent: told }));
    say(told);
  }

  async run(text) {
    this.checking.disabled = true;
    this.tell("Python starts; the first time takes a few seconds.");
    const { path, twin, jail } = this.item.answer;
    const mark = await this.page.python.check({ path, twin, jail, text });
    this.checking.disabled = false;
    return mark;
  }

  give() {
    const kept = progress.items()[this.section.dataset.key];
    if (kept?.status === "pass") return;
    this.keep("shown", 0, this.controls.read());
    this.show({ status: "shown", message: "You looked at the answer.", points: 0, most: this.most() });
    say(this.result.textContent);
  }

  keep(status, points, answer) {
    const before = progress.items()[this.section.dataset.key];
    if (before?.status === "pass") return;
    progress.noteItem(this.section.dataset.key, { status, points, attempts: (before?.attempts ?? 0) + 1, answer });
    this.page.tell();
  }

  tell(text) {
    this.result.hidden = false;
    this.result.className = "result";
    this.result.replaceChildren(make("p", { className: "verdict", textContent: text }));
    say(text);
  }

  // What is said after a check: mine, what is right, and why, once it is right or given up.
  show({ status, message, points, most }) {
    const sign = { pass: "✓ ", fail: "✗ ", error: "! " }[status] ?? "";
    this.tell(`${sign}${message}${status === "shown" ? "" : ` ${points} of ${most} points.`}`);
    this.result.classList.add(status);
    if (status !== "pass" && status !== "shown") return;
    if (status === "shown") this.result.append(make("p", {}, make("b", { textContent: "The answer: " }), this.said(this.item, marking.solution(this.item))));
    this.result.append(make("p", {}, make("b", { textContent: "Why: " }), ...prose(marking.unlocked(this.item))));
    if (this.readOn) this.readOn.hidden = false;
  }

  // An answer in words.
  said({ answer }, words) {
    switch (answer.form) {
      case "Ticket": return words.map((each, n) => `${n + 1}: ${this.said(answer.items[n], each)}`).join("  ");
      case "Matching": return words.map((letter, n) => `${answer.rows[n]}: ${answer.labels[letters.indexOf(letter)]}`).join("; ");
      case "Table": return answer.rows.map((_, n) => words.slice(n * answer.columns.length, (n + 1) * answer.columns.length).join(" ")).join(" | ");
      case "Order": return words.map((letter) => answer.lines[letters.indexOf(letter)]).join(" → ");
      default: return words.map((letter) => `${letter}. ${answer.options[letters.indexOf(letter)]}`).join("; ") || "none of them";
    }
  }
}

// The browser's Python, in a worker: there where the site was built with --live, over http.
class Python {
  constructor({ runner, places }) { Object.assign(this, { runner, places }); }

  async check(task) {
    try {
      this.known ??= await (await fetch(this.places)).json();
      this.worker ??= new Worker(this.runner, { type: "module" });
      return await new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error("it took more than a minute")), 60000);
        this.worker.onmessage = ({ data }) => { if (data.mark) { clearTimeout(timer); resolve(data.mark); } else if (data.told) reject(new Error(data.told.problem)); };
        this.worker.onerror = () => reject(new Error("Python could not be started"));
        this.worker.postMessage({ exercise: { ...task, places: this.known } });
      });
    } catch (error) {
      this.worker?.terminate();
      this.worker = null;
      return { status: "error", points: 0, most: 5, message: `Not marked: ${error.message}.` };
    }
  }
}

class Chapter {
  constructor(place) {
    this.place = place;
    const { runner, places } = place.dataset;
    this.python = runner && location.protocol !== "file:" ? new Python({ runner, places }) : null;
    this.links = [...place.querySelectorAll(".contents-of a")];
    this.sections = [...place.querySelectorAll(".item")];
    this.exercises = this.sections.map((section) => new Exercise(section, this));
    const turn = place.querySelector(".step-turn");
    this.back = button("← Back", () => this.show(this.index - 1));
    this.next = button("Next →", () => this.show(this.index + 1), { className: "next" });
    turn.append(this.back, this.next);
    turn.hidden = false;
    place.querySelector(".items").classList.add("one");
    addEventListener("hashchange", () => this.fromAddress(true));
    this.tell();
    this.fromAddress(location.hash.length > 1);
  }

  fromAddress(focus) {
    const index = this.sections.findIndex((section) => `#${section.id}` === location.hash);
    const kept = progress.items();
    const open = this.sections.findIndex((section) => kept[section.dataset.key]?.status !== "pass");
    this.show(index >= 0 ? index : Math.max(open, 0), { focus });
  }

  show(index, { focus = true } = {}) {
    const section = this.sections[index];
    if (!section) return;
    this.index = index;
    this.sections.forEach((each) => each.classList.toggle("current", each === section));
    this.links.forEach((link, n) => { if (n === index) link.setAttribute("aria-current", "step"); else link.removeAttribute("aria-current"); });
    this.back.disabled = index === 0;
    this.next.disabled = index === this.sections.length - 1;
    if (location.hash !== `#${section.id}`) history.replaceState(null, "", `#${section.id}`);
    if (focus) section.querySelector("h2").focus();
  }

  tell() {
    const kept = progress.items();
    this.links.forEach((link) => {
      link.querySelector(".done")?.remove();
      const status = kept[link.dataset.key]?.status;
      if (status) link.append(make("span", { className: "done", textContent: { pass: " ✓", shown: " seen" }[status] ?? " ✗" }));
    });
  }
}

// All chapters with how far the learner is.
class Chapters {
  constructor(list) {
    this.list = list;
    const own = document.querySelector(".progress");
    own.querySelector(".fresh").addEventListener("click", () => {
      progress.forget(this.keys());
      this.tell();
      say("Progress is forgotten.");
    });
    own.querySelector(".export").addEventListener("click", () => progress.save("trace-docker", progress.read()));
    this.own = own;
    addEventListener("pageshow", () => this.tell());
  }

  keys() { return [...this.list.querySelectorAll("[data-keys]")].flatMap((each) => each.dataset.keys.trim().split(" ")); }

  tell() {
    const kept = progress.items();
    const passed = (keys) => keys.filter((key) => kept[key]?.status === "pass").length;
    this.list.querySelectorAll("[data-keys]").forEach((each) => {
      const keys = each.dataset.keys.trim().split(" ");
      const right = passed(keys);
      each.querySelector(".done")?.remove();
      if (right) each.append(make("span", { className: "done", textContent: right === keys.length ? "✓ all right" : `${right} of ${keys.length} right` }));
    });
    const all = this.keys();
    this.own.hidden = !all.some((key) => kept[key]);
    this.own.querySelector(".told").textContent = `${passed(all)} of ${all.length} exercises right.`;
  }
}

{
  const chapter = document.querySelector(".exercises");
  const list = document.querySelector(".chapters");
  if (chapter) globalThis.chapter = new Chapter(chapter);
  if (list) new Chapters(list);
}
