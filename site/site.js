// On every page: the colour scheme, what is kept in the browser, what is said to who cannot see.
"use strict";

const say = (text) => { document.getElementById("said").textContent = text; };
const store = {
  get(key) { try { return localStorage.getItem(`trace-docker ${key}`); } catch { return null; } },
  set(key, value) { try { localStorage.setItem(`trace-docker ${key}`, value); } catch { /* not kept */ } },
  remove(key) { try { localStorage.removeItem(`trace-docker ${key}`); } catch { /* was not kept */ } },
};

// Make an element: its name, its properties, what is in it.
const make = (tag, properties = {}, ...inside) => {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...inside);
  return made;
};

// A text with `code` in it.
const prose = (text) => text.split("`").map((each, n) => (n % 2 ? make("code", { textContent: each }) : each));

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

chooseTheme();
