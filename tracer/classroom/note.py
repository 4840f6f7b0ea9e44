"""What a teacher must know about a folder of packs; it is written beside the keys."""

TEACHER = """# Packs for a class

- `learners/NAME.json` goes to each learner, who works with
  `trace-docker exercise start --pack NAME.json` and hands in the whole folder, or only
  `.trace-docker-exercises.json` under the name `NAME.json`.
- `teacher/NAME.json` holds the key. Keep this folder.
- `teacher/questions.gift` holds the questions that Moodle's GIFT knows; orders, tables, tickets
  and functions are left out.
- `trace-docker classroom grade DIR --keys teacher` marks all; `trace-docker classroom report` tells
  which items were hard and which wrong option was chosen most.

## What a sealed pack protects, and what not

A learners' pack holds no key, no reason and no hint. For questions it holds the salted SHA-256 of
what is right, so that an answer can be marked at once. A glance at the file gives nothing away.
A determined learner can try all answers, for there are few; can look the answer up, for every key
is computed from the source and from runs of the twin that everybody has; and can ask the twin's own
source for a function. Each learner gets another variant, so that copying a letter does not help.
For an exam, count what is done under your eyes.

The progress file is the learner's word for attempts and hints. Marks in it are not believed: every
answer is marked again with the key.

## Learners' functions

They run in a child process with limits on time, memory, files and output, without the environment
and in an empty folder; imports and the like are refused. That guards against accidents and simple
mischief. It is no wall: mark the work of strangers in a container or in CI.
"""
