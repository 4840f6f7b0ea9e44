// Validates pages: node validate.mjs NODE_MODULES PAGE...  Prints a line for each thing found.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [modules, ...pages] = process.argv.slice(2);
const { HtmlValidate } = createRequire(`${modules}/`)("html-validate");
const validator = new HtmlValidate({ root: true, extends: ["html-validate:standard"] });
for (const page of pages) {
  const report = validator.validateStringSync(readFileSync(page, "utf8"));
  for (const { messages } of report.results) {
    for (const { line, ruleId, message } of messages) console.log(`${page}:${line}: ${ruleId}: ${message}`);
  }
}
console.log(`${pages.length} pages read`);
