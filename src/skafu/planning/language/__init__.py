"""Reading English: from text to sentences, words, phrases and clauses; knows grammar, nothing of blueprints."""
