// A walkthrough: stepping, predictions, progress. Without it every page still reads.
"use strict";

class Stepper {
  constructor(main) {
    this.main = main;
    this.list = main.querySelector(".steps");
    this.steps = [...main.querySelectorAll(".step")];
    this.folds = [...main.querySelectorAll("details.fold:not([open])")];
    this.rows = [...document.querySelectorAll(".rail [data-step]")];
    this.key = main.dataset.key;
    this.build(main.querySelector(".stepper"));
    this.questions = new Questions(this);
    addEventListener("popstate", () => this.fromAddress());
    addEventListener("keydown", (event) => this.press(event));
    addEventListener("beforeprint", () => main.querySelectorAll("details.fold").forEach((each) => { each.open = true; }));
    this.single(this.one.checked);
    this.fromAddress();
  }

  build(bar) {
    const button = (inside, title, act) => {
      const made = make("button", { type: "button", title }, ...inside);
      made.addEventListener("click", act);
      return made;
    };
    const word = (text) => make("span", { className: "word", textContent: text });
    this.slider = make("input", { type: "range", min: 0, max: this.steps.length - 1, value: 0 });
    this.slider.setAttribute("aria-label", "Step");
    this.slider.addEventListener("input", () => this.show(Number(this.slider.value), { focus: false, replace: true }));
    this.place = make("output");
    this.one = this.choice("one at a time", "One step at a time", (on) => { this.single(on); this.show(this.index, { focus: false }); });
    this.keys = this.choice("keys", "Keys: ", () => {});
    this.keys.parentNode.append(make("span", {}, make("kbd", { textContent: "Alt ←" }), " ", make("kbd", { textContent: "Alt →" }),
      " step, with ", make("kbd", { textContent: "Shift" }), " over a call"));
    this.predict = this.choice("predict", "Ask me to predict what comes next", () => this.questions.update());
    const choices = make("div", { className: "choices" }, this.one.parentNode, this.predict.parentNode, this.keys.parentNode,
      button(["Copy the link to this step"], "", () => this.copy()));
    const menu = make("details", {}, make("summary", { title: "Options" }, "⋯", word(" Options")), choices);
    addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
    menu.addEventListener("keydown", (event) => { if (event.key === "Escape") { menu.open = false; menu.firstChild.focus(); } });
    const [back, next] = [button(["←", word(" Back")], "Back: Alt ←", () => this.move(-1)), button([word("Next "), "→"], "Next: Alt →", () => this.move(1))];
    [[back, "Back"], [next, "Next"], [menu.firstChild, "Options"]].forEach(([each, name]) => each.setAttribute("aria-label", name));
    bar.append(back, this.slider, this.place, next, menu);
    bar.hidden = false;
    this.bar = bar;
  }

  choice(key, text, act) {
    const box = make("input", { type: "checkbox", checked: store.get(key) !== "no" });
    make("label", {}, box, text);
    box.addEventListener("change", () => { store.set(key, box.checked ? "yes" : "no"); act(box.checked); });
    return box;
  }

  single(on) {
    this.list.classList.toggle("one", on);
    this.folds.forEach((each) => { each.open = on; });
  }

  fromAddress() {
    const index = this.steps.findIndex((step) => `#${step.id}` === location.hash);
    this.show(Math.max(index, 0), { focus: index >= 0, address: false });
  }

  press(event) {
    if (!this.keys.checked || !event.altKey || !["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    if (event.target.closest?.("textarea, input:not([type=checkbox]):not([type=range])")) return;
    event.preventDefault();
    this.move(event.key === "ArrowRight" ? 1 : -1, event.shiftKey);
  }

  // By one step; over a call: to the next step that is not inside this one.
  move(by, over = false) {
    const depth = (index) => Number(this.steps[index].dataset.depth);
    let index = this.index + by;
    while (over && this.steps[index] && depth(index) > depth(this.index)) index += by;
    if (this.steps[index]) this.show(index);
    else this.steps[by > 0 ? this.steps.length - 1 : 0].querySelector(by > 0 ? ".turn .next" : ".turn .back")?.click();
  }

  show(index, { focus = true, address = true, replace = false } = {}) {
    this.index = index;
    const step = this.steps[index];
    this.steps.forEach((each) => each.classList.toggle("current", each === step));
    this.main.querySelectorAll(".cut").forEach((cut) => cut.classList.toggle("current", cut.nextElementSibling === step));
    for (let around = step.parentNode; around !== this.main; around = around.parentNode) if (around.matches("details")) around.open = true;
    this.mark(step.dataset.step);
    this.slider.value = index;
    const title = step.querySelector("h2").textContent.trim().replace(/\s+/g, " ");
    this.slider.setAttribute("aria-valuetext", `Step ${title}`);
    this.place.textContent = `${index + 1} of ${this.steps.length}`;
    if (address && location.hash !== `#${step.id}`) history[replace ? "replaceState" : "pushState"](null, "", `#${step.id}`);
    store.set(`last ${this.main.dataset.path}`, step.dataset.step);
    progress.note(this.key, (part) => { if (!part.seen.includes(Number(step.dataset.step))) part.seen.push(Number(step.dataset.step)); });
    this.questions.update();
    if (focus) {
      step.querySelector("h2").focus({ preventScroll: true });
      const { top } = step.getBoundingClientRect();  // a heading that is in view stays where it is
      if (top < this.bar.offsetHeight || top > innerHeight / 2) step.scrollIntoView({ block: "start", behavior: "instant" });
    }
    const changed = [...step.querySelectorAll(".changes > li")].map((row) => row.textContent).join(" ");
    say(`Step ${title}. ${changed}`);
  }

  // Mark the step in the list of steps and on the map.
  mark(number) {
    const seen = progress.of(this.key).seen;
    this.rows.forEach((row) => {
      const here = row.dataset.step === number;
      row.classList.toggle("now", here);
      row.classList.toggle("seen", !here && seen.includes(Number(row.dataset.step)));
      if (here) row.setAttribute("aria-current", "step");
      else row.removeAttribute("aria-current");
      if (here) this.reveal(row);
    });
    document.querySelectorAll(".map circle").forEach((spot) => spot.classList.toggle("now", spot.dataset.step === number));
    const map = document.querySelector(".map");
    const spot = map.querySelector(".now");
    if (spot) map.scrollLeft += spot.getBoundingClientRect().left - map.getBoundingClientRect().left - map.clientWidth / 2;
  }

  reveal(row) {
    const rail = row.closest(".rail");
    for (let around = row.parentNode; around !== rail; around = around.parentNode) if (around.matches("details")) around.open = true;
    const [outer, inner] = [rail.getBoundingClientRect(), row.getBoundingClientRect()];
    if (inner.bottom > outer.bottom || inner.top < outer.top) rail.scrollTop += inner.top - outer.top - outer.height / 2;
  }

  async copy() {
    const link = `${location.href.split("#")[0]}#${this.steps[this.index].id}`;
    try { await navigator.clipboard.writeText(link); say("The link is copied."); }
    catch { prompt("The link to this step", link); }
  }
}

// Questions about the step that comes next; the answer given is kept beside the truth.
class Questions {
  constructor(stepper) {
    this.stepper = stepper;
    stepper.steps.forEach((step) => { if (step.querySelector(".ask")) this.prepare(step, step.querySelector(".ask")); });
  }

  prepare(step, ask) {
    const list = ask.querySelector(".answers");
    list.classList.add("live");
    list.querySelectorAll("li").forEach((row, index) => {
      const button = make("button", { type: "button" }, ...row.childNodes);
      button.addEventListener("click", () => this.answer(step, ask, index));
      row.replaceChildren(button);
    });
    const given = progress.of(this.stepper.key).answers[step.dataset.step];
    if (given !== undefined && given < list.children.length) this.settle(ask, given);
    ask.querySelector(".truth").addEventListener("toggle", () => this.update());
  }

  answer(step, ask, index) {
    progress.note(this.stepper.key, (part) => { part.answers[step.dataset.step] = index; });
    const right = this.settle(ask, index);
    say(right ? "Right." : `Not so. It is: ${ask.querySelectorAll(".answers button")[ask.dataset.right].textContent}`);
    this.update();
  }

  settle(ask, given) {
    const truth = Number(ask.dataset.right);
    const buttons = [...ask.querySelectorAll(".answers button")];
    const note = (button, sign, css) => { button.prepend(sign); button.classList.add(css); };
    buttons.forEach((button) => { button.disabled = true; });
    note(buttons[truth], "✓ ", "right");
    if (given !== truth) note(buttons[given], "✗ your prediction: ", "wrong");
    ask.querySelector(".truth").open = true;
    ask.querySelector(".truth summary").textContent = "Why";
    ask.classList.add("answered");
    const about = document.getElementById(`s${ask.dataset.about}`);
    about?.querySelector(".arrived").after(make("p", { className: "predicted",
      textContent: given === truth ? "You predicted this step rightly." : `You predicted: ${buttons[given].textContent.replace(/^.*?: /, "")}` }));
    return given === truth;
  }

  // While a question is open, what comes next is veiled.
  update() {
    const { main, predict, rows, steps, index } = this.stepper;
    main.classList.toggle("unasked", !predict.checked);
    const ask = steps[index]?.querySelector(".ask");
    const open = predict.checked && ask && !ask.classList.contains("answered") && !ask.querySelector(".truth").open;
    steps.forEach((step, at) => step.classList.toggle("open", Boolean(open) && at === index));
    document.body.classList.toggle("predicting", Boolean(open));
    const here = Number(steps[index]?.dataset.step);
    rows.forEach((row) => row.classList.toggle("ahead", Number(row.dataset.step) > here));
  }
}

// The page of a whole path: links to its steps lead to their parts; progress is told.
class Overview {
  constructor(place) {
    this.parts = [...place.querySelectorAll(".outline > li")];
    this.followToPart(place.dataset.parts);
    this.place = place.querySelector(".progress");
    this.place.querySelector(".fresh").addEventListener("click", () => {
      progress.forget(this.parts.map((part) => part.dataset.key));
      store.remove(`last ${place.dataset.overview}`);
      this.goOn(place);
      this.tell();
      say("Progress is forgotten.");
    });
    this.place.querySelector(".export").addEventListener("click", () => this.save(place.dataset.overview));
    addEventListener("hashchange", () => this.followToPart(place.dataset.parts));
    addEventListener("pageshow", () => { this.goOn(place); this.tell(); });
  }

  followToPart(ranges) {
    const page = this.page(ranges, Number(location.hash.replace("#s", "")));
    if (page) location.replace(page);
  }

  // The page of a step: its part's.
  page(ranges, step) {
    const index = ranges.split(" ").findIndex((range) => {
      const [first, last] = range.split("-").map(Number);
      return first <= step && step <= last;
    });
    return index < 0 ? "" : `part-${index + 1}.html#s${step}`;
  }

  // Who was here before goes on where they were.
  goOn(place) {
    const begin = place.querySelector(".go");
    const step = Number(store.get(`last ${place.dataset.overview}`));
    const page = this.page(place.dataset.parts, step);
    if (page && step > 1) Object.assign(begin, { href: page, textContent: `Go on with step ${step}` });
    else Object.assign(begin, { href: "part-1.html", textContent: "Begin with step 1" });
  }

  tell() {
    let [seen, answered] = [0, 0];
    const kept = progress.all();
    this.parts.forEach((part) => {
      const own = kept[part.dataset.key] ?? { seen: [], answers: {} };
      seen += own.seen.length;
      answered += Object.keys(own.answers).length;
      part.querySelector(".done")?.remove();
      if (own.seen.length) part.querySelector("a").after(make("span", { className: "done",
        textContent: own.seen.length >= Number(part.dataset.steps) ? "✓ read" : `${own.seen.length} of ${part.dataset.steps} read` }));
    });
    this.place.hidden = seen === 0;
    this.place.querySelector(".told").textContent = `${seen} step${seen === 1 ? "" : "s"} read, ${answered} prediction${answered === 1 ? "" : "s"} made.`;
  }

  save(name) {
    const kept = progress.read();
    const keys = this.parts.map((part) => part.dataset.key);
    progress.save(name, { parts: Object.fromEntries(keys.filter((key) => kept.parts[key]).map((key) => [key, kept.parts[key]])), items: {} });
  }
}

{
  const main = document.querySelector("main[data-path]");
  const overview = document.querySelector("[data-overview]");
  if (main?.querySelector(".step")) globalThis.stepper = new Stepper(main);
  if (overview) new Overview(overview);
}
