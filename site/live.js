// Edit the twin's Python and run it; steps and the machine follow the changed run.
"use strict";

const PATIENCE = 60000; // milliseconds for a run, the start of Python included

class Live {
  constructor(main) {
    this.main = main;
    this.edits = new Map();
    this.steps = new Map([...main.querySelectorAll(".step")].map((step) => [step.dataset.step, step]));
    this.recorded = new Map([...this.steps].map(([number, step]) => [number, this.told(step)]));
    this.panes = [...main.querySelectorAll(".twin")];
    this.panes.forEach((pane) => this.prepare(pane));
  }

  told(step) { return [...step.querySelectorAll(".changes li:not(:has(details))")].map((row) => row.textContent); }

  prepare(pane) {
    const bar = make("div", { className: "live" });
    pane.append(bar);
    if (location.protocol === "file:") {
      bar.append(make("p", { textContent: "Here the recorded run plays. To edit and run it: trace-docker site serve" }));
      return;
    }
    const begin = make("button", { type: "button", textContent: "Edit and run" });
    begin.addEventListener("click", () => this.edit(pane, bar));
    bar.append(begin);
  }

  edit(pane, bar) {
    const lines = [...pane.querySelectorAll("pre .l")];
    const number = (line) => Number(line.querySelector("i").textContent);
    const original = lines.map((line) => [...line.childNodes].slice(1).map((node) => node.textContent).join("")).join("\n");
    const box = make("textarea", { value: original, spellcheck: false });
    box.setAttribute("aria-label", `Python of step ${pane.closest(".step").dataset.step}`);
    box.setAttribute("autocapitalize", "off");
    box.rows = Math.min(lines.length + 3, 30);
    const at = { file: pane.dataset.file, first: number(lines[0]), last: number(lines.at(-1)) };
    const run = make("button", { type: "button", textContent: "Run" });
    const reset = make("button", { type: "button", textContent: "Reset" });
    const says = make("p", { textContent: "Indent with spaces; Tab moves on." });
    says.setAttribute("role", "status");
    run.addEventListener("click", () => {
      if (box.value === original) this.edits.delete(`${at.file}:${at.first}`);
      else this.edits.set(`${at.file}:${at.first}`, [at.file, at.first, at.last, box.value]);
      this.run(run, says);
    });
    reset.addEventListener("click", () => this.reset());
    pane.classList.add("editing");
    pane.querySelector("pre").after(box);
    bar.replaceChildren(run, reset, says);
    box.focus();
  }

  async run(button, says) {
    const tell = (text, failed = false) => { says.textContent = text; says.classList.toggle("failed", failed); };
    button.disabled = true;
    tell("Python starts; the first time takes a few seconds.");
    try {
      const answer = await fetch(this.main.dataset.visits);
      const visits = await answer.json();
      const asked = { name: this.main.dataset.path, visits, edits: [...this.edits.values()] };
      const told = await this.ask(asked, () => tell("It runs."));
      this.show(told, visits);
      tell(told.problem || `It ran: ${told.entries} functions entered, ${told.calls} system calls. Printed: ${told.output.trim() || "nothing"}`, Boolean(told.problem));
    } catch (error) {
      this.worker?.terminate();
      this.worker = null;
      tell(error.message, true);
    }
    button.disabled = false;
  }

  ask(asked, started) {
    this.worker ??= new Worker(this.main.dataset.runner, { type: "module" });
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("Stopped: it took more than a minute.")), PATIENCE);
      this.worker.onmessage = ({ data }) => {
        if (data.started) started();
        else { clearTimeout(timer); resolve(data.told); }
      };
      this.worker.onerror = () => { clearTimeout(timer); reject(new Error("Python could not be started.")); };
      this.worker.postMessage(asked);
    });
  }

  // Put what the changed run did in the place of what was recorded.
  show({ steps, problem }, visits) {
    this.restore();
    if (!steps) return;
    const different = [];
    for (const [number] of visits) {
      const step = this.steps.get(String(number));
      if (!step) continue;
      const now = steps[number];
      const before = this.recorded.get(String(number));
      if (now && JSON.stringify(now.changed) === JSON.stringify(before)) { this.draw(step, now); continue; }
      different.push(number);
      const note = make("p", { className: "changed-run", textContent: !now ? "The changed run does not come to this step."
        : now.changed.length ? "In the changed run this step does something else." : "In the changed run the machine does not change here." });
      step.querySelector(".panes").after(note);
      this.draw(step, now);
      document.querySelector(`.rail [data-step="${number}"]`)?.append(make("span", { className: "differs", textContent: " ≠", title: "different in the changed run" }));
    }
    const where = different.flatMap((number) => [" ", make("a", { href: `#s${number}`, textContent: number })]);
    const reset = make("button", { type: "button", textContent: "Back to the recorded run" });
    reset.addEventListener("click", () => this.reset());
    this.banner = make("p", { className: "changed-run" }, make("span", {},
      problem ? "This is your changed run, as far as it came." : "This is your changed run.",
      different.length ? " Different on this page: step" : " No step on this page is different.", ...where), reset);
    this.main.querySelector(".steps").before(this.banner);
    say(this.banner.textContent);
  }

  draw(step, now) {
    const old = step.querySelector(".machine, .still");
    if (!old) return;
    old.hidden = true;
    old.classList.add("recorded");
    if (!now?.changed.length) return;
    const list = make("ul", { className: "changes" }, ...now.changed.map((text) => make("li", { textContent: text })));
    const machine = make("section", { className: "machine of-changed-run" }, make("h3", { textContent: "The machine after this step, in the changed run" }), list);
    machine.insertAdjacentHTML("beforeend", now.panel); // made and escaped by the twin's own panels.py
    old.after(machine);
  }

  restore() {
    this.main.querySelectorAll(".changed-run, .of-changed-run").forEach((each) => each.remove());
    document.querySelectorAll(".differs").forEach((each) => each.remove());
    this.main.querySelectorAll(".recorded").forEach((each) => { each.hidden = false; each.classList.remove("recorded"); });
  }

  reset() {
    this.restore();
    this.edits.clear();
    this.panes.filter((pane) => pane.classList.contains("editing")).forEach((pane) => {
      pane.classList.remove("editing");
      pane.querySelector("textarea").remove();
      pane.querySelector(".live").remove();
      this.prepare(pane);
    });
    say("The original is back.");
  }
}

new Live(document.querySelector("main[data-visits]"));
