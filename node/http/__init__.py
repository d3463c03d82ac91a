"""What all doors share: listening, who is signed in, parameters, answers, problems, limits."""
