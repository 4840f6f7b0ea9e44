"""Results as tables: CSV with nbgrader's columns, Gradescope's JSON, JUnit XML, Markdown."""

import csv
import io
import json
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from tracer.classroom.grading import Result

# the columns of nbgrader's CSV export; what only a school knows stays empty
COLUMNS = (
    *("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email"),
    *("raw_score", "late_submission_penalty", "score", "max_score"),
)
_XML = str.maketrans(dict.fromkeys([*range(9), 11, 12, *range(14, 32), 65534, 65535]))


def learners(results: Sequence[Result]) -> dict[str, list[Result]]:
    """The results of each learner, by name."""
    found: dict[str, list[Result]] = {each.learner: [] for each in results}
    for each in results:
        found[each.learner].append(each)
    return {name: found[name] for name in sorted(found)}


def points(results: Sequence[Result]) -> tuple[int, int]:
    """How many points, of how many."""
    return sum(each.points for each in results), sum(each.most for each in results)


def nbgrader_csv(results: Sequence[Result], assignment: str) -> str:
    """One row for each learner."""
    written = io.StringIO()
    rows = csv.DictWriter(written, COLUMNS, lineterminator="\n")
    rows.writeheader()
    for name, own in learners(results).items():
        got, most = points(own)
        row = dict.fromkeys(COLUMNS, "") | {"assignment": assignment, "student_id": name}
        scores = {"raw_score": got, "late_submission_penalty": 0, "score": got, "max_score": most}
        rows.writerow(row | scores)
    return written.getvalue()


def gradescope(results: Sequence[Result]) -> str:
    """The `results.json` of one learner."""
    tests = [
        {
            "name": each.item or each.learner,
            "number": str(number),
            "score": each.points,
            "max_score": each.most,
            "status": "passed" if each.status == "pass" else "failed",
            "output": each.message,
            "output_format": "text",
            "visibility": "visible",
        }
        for number, each in enumerate(results, 1)
    ]
    content = {"score": points(results)[0], "visibility": "visible", "tests": tests}
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def junit(results: Sequence[Result], assignment: str) -> str:
    """A suite for each learner, a case for each item; the points are properties of the suite."""
    root = ET.Element("testsuites", name=assignment)
    for name, own in learners(results).items():
        got, most = points(own)
        counts = {
            "tests": len(own),
            "failures": sum(each.status == "fail" for each in own),
            "errors": sum(each.status == "error" for each in own),
            "skipped": sum(each.status == "missing" for each in own),
        }
        shown = {key: str(count) for key, count in counts.items()}
        suite = ET.SubElement(root, "testsuite", {"name": _plain(name), "time": "0", **shown})
        properties = ET.SubElement(suite, "properties")
        ET.SubElement(properties, "property", name="points", value=str(got))
        ET.SubElement(properties, "property", name="max-points", value=str(most))
        for each in own:
            _case(suite, each)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def markdown(results: Sequence[Result], assignment: str) -> str:
    """A table for the summary of a job."""
    rows = [
        f"# {_cell(assignment)}",
        "",
        "| learner | points | right | to correct |",
        "|---|--:|--:|---|",
    ]
    for name, own in learners(results).items():
        got, most = points(own)
        right = sum(each.status == "pass" for each in own)
        left = [f"{each.item} ({each.status})" for each in own if each.status != "pass"]
        shown = ", ".join(left[:5]) + (f" and {len(left) - 5} more" if len(left) > 5 else "")  # noqa: PLR2004
        rows.append(f"| {_cell(name)} | {got} of {most} | {right} of {len(own)} | {_cell(shown)} |")
    return "\n".join(rows) + "\n"


def _case(suite: ET.Element, result: Result) -> None:
    name = _plain(result.item or result.learner)
    case = ET.SubElement(suite, "testcase", classname=_plain(result.path), name=name, time="0")
    said = {"message": _plain(result.message), "type": result.status}
    match result.status:
        case "fail":
            ET.SubElement(case, "failure", said)
        case "error":
            ET.SubElement(case, "error", said)
        case "missing":
            ET.SubElement(case, "skipped", said)
        case _:
            pass
    output = ET.SubElement(case, "system-out")
    output.text = f"{result.points} of {result.most} points"


def _plain(text: str) -> str:
    """Without what XML cannot hold."""
    return text.translate(_XML).encode("utf-8", "replace").decode()


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")
