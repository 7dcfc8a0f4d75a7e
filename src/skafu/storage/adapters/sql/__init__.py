"""The schema of the SQL engines, and how a database is brought to it.

Alembic is slow to import: a store asks for it only when `HEAD` is not what stands in the database.
"""

from typing import Final

HEAD: Final = "0002"
"""The newest revision."""
