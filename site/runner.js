// A worker with Python in it: runs the twin with the learner's edits. Speaks in messages.
import { loadPyodide } from "../live/pyodide.mjs";

const PACKAGE = "/home/pyodide/tracer/minidocker";
const ready = (async () => {
  const [python, sources] = await Promise.all([
    loadPyodide({ indexURL: new URL("../live/", import.meta.url).href }),
    fetch(new URL("../live/minidocker.json", import.meta.url)).then((answer) => answer.json()),
  ]);
  python.runPython("import sys; sys.dont_write_bytecode = True; sys.path.insert(0, '/home/pyodide')");
  return { python, sources };
})();

// Every run begins with the original source, and with no module of the run before.
const RUN = `
import importlib, json, linecache, pathlib, sys
package = pathlib.Path(place)
for name in [each for each in sys.modules if each.partition(".")[0] == "tracer"]:
    del sys.modules[name]
importlib.invalidate_caches()
linecache.clearcache()
from tracer.minidocker import edits
wanted = [edits.Edit(*each) for each in json.loads(asked)["edits"]]
try:
    edits.apply(package, wanted)
    from tracer.minidocker import live
    told = live.run(json.loads(asked)["name"], json.loads(asked)["visits"], wanted)
except Exception as error:
    told = json.dumps({"problem": str(error) if isinstance(error, edits.EditError) else f"{type(error).__name__}: {error}"})
told
`;

// A learner's function for an exercise is checked as the command line checks it.
const CHECK = `
from tracer.guide.exercises import judging
judging.check(asked)
`;

function write(python, folder, sources) {
  for (const [path, text] of Object.entries(sources)) {
    python.FS.mkdirTree(`${folder}/${path}`.replace(/\/[^/]*$/, ""));
    python.FS.writeFile(`${folder}/${path}`, text);
  }
}

let checking;
async function check(python, exercise) {
  if (!checking) {
    const answer = await fetch(new URL("../live/checking.json", import.meta.url));
    write(python, "/home/pyodide/tracer", checking = await answer.json());
  }
  python.globals.set("asked", JSON.stringify(exercise));
  return JSON.parse(python.runPython(CHECK));
}

onmessage = async ({ data }) => {
  try {
    const { python, sources } = await ready;
    postMessage({ started: true });
    python.FS.mkdirTree(PACKAGE);
    python.FS.writeFile("/home/pyodide/tracer/__init__.py", "");
    write(python, PACKAGE, sources);
    if (data.exercise) {
      postMessage({ mark: await check(python, data.exercise) });
      return;
    }
    python.globals.set("place", PACKAGE);
    python.globals.set("asked", JSON.stringify(data));
    postMessage({ told: JSON.parse(python.runPython(RUN)) });
  } catch (error) {
    postMessage({ told: { problem: String(error.message ?? error).trim().split("\n").at(-1) } });
  }
};
