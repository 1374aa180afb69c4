"""A batch in the form that a farm takes: a part a task, then one task that joins the parts."""
