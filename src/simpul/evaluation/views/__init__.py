"""Pages of evaluation: each translates a request, makes one call, translates the answer."""
