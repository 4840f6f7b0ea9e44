// Finds functions, steps, questions and terms: in the header of every page, and on search.html.
// The index is a script file that is loaded when somebody begins to search. Without a script the
// header has a link to search.html, which has ways to browse.
"use strict";

{
  const MOST = 60, IN_HEADER = 8;
  const root = document.body.dataset.root.replace(/index\.html$/, "");
  const split = (text) => (text.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|\p{N}+|\p{L}+/gu) ?? [])
    .map((word) => word.toLowerCase());
  let prepared = null;

  // The entries with their words; each also as the words run together from each word on, so that
  // "newdaemon" and "containerstart" begin one of them.
  function load() {
    prepared ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = `${root}assets/index.js`;
      script.addEventListener("load", resolve);
      script.addEventListener("error", reject);
      document.head.append(script);
    }).then(() => {
      const { kinds, entries } = globalThis.traceDockerIndex;
      return entries.map(([kind, name, says, path]) => {
        const words = split(name);
        return { kind: kinds[kind], rank: kind, name, says, path, words,
          runs: words.map((_, index) => words.slice(index).join("")), beside: split(says) };
      });
    });
    return prepared;
  }

  // At most one letter more, less, other, or two changed about.
  function near(a, b) {
    if (Math.abs(a.length - b.length) > 1) return false;
    let i = 0;
    while (i < a.length && a[i] === b[i]) i += 1;
    const rest = (x, y) => a.slice(x) === b.slice(y);
    return rest(i + 1, i + 1) || rest(i + 1, i) || rest(i, i + 1)
      || (a[i] === b[i + 1] && a[i + 1] === b[i] && rest(i + 2, i + 2));
  }

  function fits(word, entry, slips) {
    const { words, runs, beside } = entry;
    if (runs.at(-1) === word || runs[0] === word) return 100;
    if (words.includes(word)) return 70;
    if (runs.some((run) => run.startsWith(word))) return 50;
    if (runs[0]?.includes(word)) return 25;
    if (beside.some((other) => other.startsWith(word))) return 12;
    if (!slips || word.length < 4) return 0;
    const close = (text) => near(word, text)
      || [-1, 0, 1].some((by) => near(word, text.slice(0, word.length + by)));
    return runs.some(close) ? 8 : 0;
  }

  function find(query, entries) {
    const words = split(query);
    const together = words.join("");
    if (!words.length) return [];
    const scored = (slips) => entries.flatMap((entry) => {
      const each = words.map((word) => fits(word, entry, slips));
      const whole = words.length > 1 ? fits(together, entry, false) : 0;
      const score = each.every(Boolean) ? each.reduce((a, b) => a + b) / words.length : 0;
      return Math.max(score, whole) ? [{ entry, score: Math.max(score, whole) }] : [];
    });
    const found = scored(false);
    return (found.length ? found : scored(true))
      .sort((a, b) => b.score - a.score || a.entry.rank - b.entry.rank
        || a.entry.name.length - b.entry.name.length || (a.entry.name < b.entry.name ? -1 : 1))
      .map(({ entry }) => entry);
  }

  const make = (tag, properties, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  };
  const told = (entry) => [
    make("span", { className: "kind", textContent: entry.kind }),
    make("b", { textContent: entry.name }),
    make("span", { className: "facts", textContent: entry.says }),
  ];
  let saying = 0;
  const announce = (found) => {
    clearTimeout(saying);
    const count = found.length === 1 ? "1 result" : `${found.length || "no"} results`;
    saying = setTimeout(() => { document.getElementById("said").textContent = count; }, 400);
  };

  // The field in the header: a combobox; its list opens below it.
  function inHeader(link) {
    const input = make("input", { type: "search", autocomplete: "off", spellcheck: false,
      placeholder: link.textContent, className: "find" });
    const list = make("ul", { id: "finds", hidden: true });
    for (const [name, value] of Object.entries({ role: "combobox", "aria-label": link.textContent,
      "aria-controls": "finds", "aria-expanded": "false", "aria-autocomplete": "list" })) input.setAttribute(name, value);
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Results");
    link.replaceWith(make("div", { className: "finder" }, input, list));
    let found = [], chosen = -1, asked = 0;

    const choose = (index) => {
      chosen = index;
      [...list.children].forEach((row, at) => row.setAttribute("aria-selected", String(at === index)));
      if (index < 0) input.removeAttribute("aria-activedescendant");
      else input.setAttribute("aria-activedescendant", `find-${index}`);
    };
    const close = () => { list.hidden = true; input.setAttribute("aria-expanded", "false"); choose(-1); };
    const all = () => `${root}search.html?q=${encodeURIComponent(input.value)}`;
    const show = async () => {
      const turn = asked += 1;
      const entries = await load();
      if (turn !== asked) return;
      const every = find(input.value, entries);
      found = every.slice(0, IN_HEADER);
      list.replaceChildren(...found.map((entry, index) => {
        const row = make("li", { id: `find-${index}` }, ...told(entry));
        row.setAttribute("role", "option");
        row.addEventListener("mousedown", (event) => { event.preventDefault(); location.href = root + entry.path; });
        return row;
      }));
      list.hidden = !found.length;
      input.setAttribute("aria-expanded", String(!list.hidden));
      choose(-1);
      if (input.value) announce(every);
    };
    input.addEventListener("focus", () => load().catch(() => { prepared = null; }), { once: true });
    input.addEventListener("input", show);
    input.addEventListener("blur", close);
    input.addEventListener("keydown", (event) => {
      if (event.key === "Escape") close();
      else if (event.key === "Enter" && input.value) location.href = chosen >= 0 ? root + found[chosen].path : all();
      else if (["ArrowDown", "ArrowUp"].includes(event.key) && found.length) {
        event.preventDefault();
        const turned = event.key === "ArrowDown" ? chosen + 1 : chosen < 0 ? found.length - 1 : chosen - 1;
        choose(turned >= found.length ? -1 : turned);
      }
    });
  }

  // The page: a field, and all results as links below it.
  function onPage(area) {
    const [input, list] = [area.querySelector("input"), area.querySelector(".found")];
    area.hidden = false;
    input.value = new URLSearchParams(location.search).get("q") ?? "";
    const show = async () => {
      const found = find(input.value, await load());
      list.replaceChildren(...found.slice(0, MOST).map((entry) =>
        make("li", {}, make("a", { href: root + entry.path }, ...told(entry)))));
      if (found.length > MOST) list.append(make("li", { className: "facts", textContent: `… and ${found.length - MOST} more` }));
      if (input.value && !found.length) list.append(make("li", { className: "facts", textContent: "Nothing has this name." }));
      if (input.value) announce(found);
    };
    input.addEventListener("input", () => {
      history.replaceState(null, "", `?q=${encodeURIComponent(input.value)}`);
      show();
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") list.querySelector("a")?.click();
    });
    input.focus();
    if (input.value) show();
  }

  const [link, area] = [document.querySelector(".top .find"), document.querySelector(".searching")];
  if (area) onPage(area);
  else if (link) inHeader(link);
}
