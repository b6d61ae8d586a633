"""Who there is: regions, organisations, posts, people, accounts, grants, audit."""
