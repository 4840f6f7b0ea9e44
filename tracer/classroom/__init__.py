"""Mark answers, keep a learner's state, pack exercises for a class, grade and report."""
