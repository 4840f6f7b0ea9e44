// Runs scenarios of the twin in Pyodide under Node: node run.mjs PYODIDE_DIR PACKAGE_DIR NAME...
// Prints each recording on a line of its own, as `tape.write` makes it.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [pyodideFolder, packageFolder, ...names] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(join(pyodideFolder, "pyodide.mjs")));
const pyodide = await loadPyodide({ indexURL: pyodideFolder });

const copy = (from, to) => {
  pyodide.FS.mkdirTree(to);
  for (const name of readdirSync(from)) {
    const [source, target] = [join(from, name), `${to}/${name}`];
    if (statSync(source).isDirectory()) copy(source, target);
    else if (name.endsWith(".py")) pyodide.FS.writeFile(target, readFileSync(source));
  }
};
pyodide.FS.mkdirTree("/home/pyodide/tracer");
pyodide.FS.writeFile("/home/pyodide/tracer/__init__.py", "");
copy(packageFolder, "/home/pyodide/tracer/minidocker");

for (const name of names) {
  pyodide.globals.set("name", name);
  process.stdout.write(
    pyodide.runPython(`
from tracer.minidocker import scenarios
from tracer.minidocker.recording import tape
tape.write(scenarios.run(name))
`),
  );
}
