"""Cars that people give: the appeal, the form, the papers, the name change, and the car that comes of it."""
