"""The template context: templates of an organisation in versions, validated, rendered and selected."""
