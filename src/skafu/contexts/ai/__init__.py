"""The AI context: analyses by agents, recommendations, drafts of blueprints, and what all of it costs."""
