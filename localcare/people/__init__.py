"""Who asks: brands, people, roles and their scope in the hierarchy, sign-in, sessions, API tokens, audit."""
