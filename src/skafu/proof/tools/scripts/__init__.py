"""Programs that run with the interpreter of a tool: a request as JSON goes in, an answer as JSON comes out."""
