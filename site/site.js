// Stepping through a part, the colour scheme, links that are copied. Without it every page still reads.
"use strict";

const say = (text) => { document.getElementById("said").textContent = text; };
const store = {
  get(key) { try { return localStorage.getItem(`trace-docker ${key}`); } catch { return null; } },
  set(key, value) { try { localStorage.setItem(`trace-docker ${key}`, value); } catch { /* not kept */ } },
  remove(key) { try { localStorage.removeItem(`trace-docker ${key}`); } catch { /* was not kept */ } },
};

function chooseTheme() {
  const button = document.querySelector("button.theme");
  const dark = () => (document.documentElement.dataset.theme
    ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const label = () => { button.textContent = dark() ? "Light" : "Dark"; };
  button.hidden = false;
  label();
  button.addEventListener("click", () => {
    document.documentElement.dataset.theme = dark() ? "light" : "dark";
    store.set("theme", document.documentElement.dataset.theme);
    label();
  });
}

// A link to a step of the whole path leads to the page of its part.
function followToPart() {
  const overview = document.querySelector("[data-parts]");
  const step = Number(location.hash.replace("#s", ""));
  if (!overview || !step) return;
  overview.dataset.parts.split(" ").forEach((range, index) => {
    const [first, last] = range.split("-").map(Number);
    if (first <= step && step <= last) location.replace(`part-${index + 1}.html#s${step}`);
  });
}

class Stepper {
  constructor(main) {
    this.main = main;
    this.steps = [...main.querySelectorAll(".step")];
    this.bar = main.querySelector(".stepper");
    this.bar.hidden = false;
    this.bar.append(this.build());
    addEventListener("hashchange", () => this.fromAddress());
    addEventListener("keydown", (event) => this.key(event));
    this.single(store.get("one at a time") !== "no");
    this.fromAddress();
  }

  build() {
    const part = document.createDocumentFragment();
    const add = (tag, properties) => {
      const made = Object.assign(document.createElement(tag), properties);
      part.append(made);
      return made;
    };
    add("button", { type: "button", textContent: "← Back", title: "Alt ←" }).addEventListener("click", () => this.move(-1));
    this.slider = add("input", { type: "range", min: 0, max: this.steps.length - 1, value: 0 });
    this.slider.setAttribute("aria-label", "Step");
    this.slider.addEventListener("input", () => this.show(Number(this.slider.value), { focus: false }));
    add("button", { type: "button", textContent: "Next →", title: "Alt →" }).addEventListener("click", () => this.move(1));
    const label = add("label", {});
    this.one = Object.assign(document.createElement("input"), { type: "checkbox" });
    label.append(this.one, "one step at a time");
    this.one.addEventListener("change", () => { this.single(this.one.checked); this.show(this.index, { focus: false }); });
    const keys = add("label", {});
    this.keys = Object.assign(document.createElement("input"), { type: "checkbox", checked: store.get("keys") !== "no" });
    keys.append(this.keys, "keys Alt ← →, Alt Shift ← → over a call");
    this.keys.addEventListener("change", () => store.set("keys", this.keys.checked ? "yes" : "no"));
    add("button", { type: "button", textContent: "Copy link" }).addEventListener("click", () => this.copy());
    return part;
  }

  single(on) {
    this.one.checked = on;
    this.main.classList.toggle("one-at-a-time", on);
    store.set("one at a time", on ? "yes" : "no");
  }

  fromAddress() {
    const index = this.steps.findIndex((step) => `#${step.id}` === location.hash);
    this.show(Math.max(index, 0), { focus: index >= 0, address: false });
  }

  key(event) {
    if (!this.keys.checked || !event.altKey || !["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    if (event.target.closest("textarea, input:not([type=checkbox]):not([type=range])")) return;
    event.preventDefault();
    this.move(event.key === "ArrowRight" ? 1 : -1, event.shiftKey);
  }

  move(by, over = false) {
    let index = this.index + by;
    if (over) {
      const depth = Number(this.steps[this.index].dataset.depth);
      while (this.steps[index] && Number(this.steps[index].dataset.depth) > depth) index += by;
    }
    if (this.steps[index]) this.show(index);
    else document.querySelector(by > 0 ? ".turn .next" : ".turn .back")?.click();
  }

  show(index, { focus = true, address = true } = {}) {
    this.index = index;
    const step = this.steps[index];
    this.steps.forEach((each) => each.classList.toggle("current", each === step));
    this.main.querySelectorAll(".cut").forEach((cut) => cut.classList.toggle("current", cut.nextElementSibling === step));
    document.querySelectorAll(".rail .tree li").forEach((row) => {
      const here = row.querySelector("a").hash === `#${step.id}`;
      row.classList.toggle("now", here);
      if (here) row.querySelector("a").setAttribute("aria-current", "step");
      else row.querySelector("a").removeAttribute("aria-current");
    });
    this.slider.value = index;
    const title = step.querySelector("h2").textContent.trim().replace(/\s+/g, " ");
    this.slider.setAttribute("aria-valuetext", title);
    if (address && location.hash !== `#${step.id}`) history.pushState(null, "", `#${step.id}`);
    if (focus) {
      step.querySelector("h2").focus({ preventScroll: true });
      step.scrollIntoView({ block: "start" });
    }
    const changed = [...step.querySelectorAll(".changes li")].map((row) => row.textContent).join(" ");
    say(`Step ${title}. ${changed}`);
  }

  async copy() {
    const link = `${location.href.split("#")[0]}#${this.steps[this.index].id}`;
    try { await navigator.clipboard.writeText(link); say("The link is copied."); }
    catch { prompt("The link to this step", link); }
  }
}

followToPart();
chooseTheme();
addEventListener("popstate", () => globalThis.stepper?.fromAddress());
{
  const main = document.querySelector("main[data-path]");
  if (main?.querySelector(".step")) globalThis.stepper = new Stepper(main);
}
