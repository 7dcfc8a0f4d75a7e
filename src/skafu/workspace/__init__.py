"""The outside of a project tree: reading folders, writing them whole or not at all, formatting, differences."""
