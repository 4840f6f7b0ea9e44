"""Results in the forms that other programs read, and the report for the teacher."""
