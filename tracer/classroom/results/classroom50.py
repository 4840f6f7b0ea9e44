"""The `result.json` of Classroom 50 (`classroom50/result/v1`), one for each learner.

Who and what it is about comes from the variables that graders get there; elsewhere it is empty.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from tracer.classroom.grading import Result
from tracer.classroom.results.by_learner import points

SCHEMA = "classroom50/result/v1"
_LONGEST = 100  # bytes of a test's name
FROM = {  # field → variable
    "classroom": "CLASSROOM",
    "assignment": "ASSIGNMENT",
    "submission": "SUBMISSION_TAG",
    "commit": "COMMIT_URL",
    "release": "RELEASE_URL",
    "review": "REVIEW_URL",
}


def classroom50(results: Sequence[Result], variables: Mapping[str, str], moment: datetime) -> str:
    """Write the results of one learner."""
    got, most = points(results)
    content = {
        "schema": SCHEMA,
        **{name: variables.get(variable, "") for name, variable in FROM.items()},
        "usernames": [variables.get("USERNAME") or results[0].learner],
        "datetime": f"{moment:%Y-%m-%dT%H:%M:%S}Z",
        "score": got,
        "max-score": most,
        "tests": [_test(each) for each in results],
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _test(result: Result) -> dict[str, object]:
    name = (result.item or result.learner).encode()[:_LONGEST].decode("utf-8", "ignore")
    passed = result.status == "pass"
    passed = result.status == "pass"
    return {
        "test-name": name,
        "passed": passed,
        "score": result.points,
        "max-score": result.most,
    }
