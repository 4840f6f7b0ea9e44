// Runs before the page is drawn, so that a chosen colour scheme does not flash.
"use strict";
try {
  const chosen = localStorage.getItem("trace-docker theme");
  if (chosen === "dark" || chosen === "light") document.documentElement.dataset.theme = chosen;
} catch { /* a browser may forbid storage: the system's scheme counts then */ }
