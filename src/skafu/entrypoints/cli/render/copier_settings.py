"""The settings of Copier of whoever runs the command: their own defaults, and templates that they trust."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from skafu.kernel.errors import Invalid
from skafu.scaffold import Value

VARIABLE = "COPIER_SETTINGS_PATH"


class CopierSettings(NamedTuple):
    """The settings of a user.

    Attributes:
        path: the file that they are in, or would be.
        defaults: the user's own answers, by question.
        trust: addresses of templates whose code may run; those that end in a slash stand for all that is below.
    """

    path: Path
    defaults: Mapping[str, Value]
    trust: tuple[str, ...] = ()

    def trusts(self, address: str) -> bool:
        """Whether the code of a template of Copier may run, as it would with Copier itself."""
        if not self.trust:
            return False
        from skafu.workspace.trusted_addresses import is_trusted

        return is_trusted(address, self.trust)


def copier_settings() -> CopierSettings:
    """Read the settings file of this user, if there is one.

    Raises:
        Invalid: the file can't be read.
    """
    home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    path = Path(os.environ.get(VARIABLE) or home / "copier" / "settings.yml")
    if not path.is_file():
        return CopierSettings(path, {})
    import yaml

    try:
        read = yaml.safe_load(path.read_bytes())
    except yaml.YAMLError as error:
        raise Invalid(f"the settings in {path} can't be read: {error}", fix="mend the file") from error
    said = read if isinstance(read, dict) else {"defaults": None}
    defaults, trust = said.get("defaults", {}), said.get("trust", [])
    if not isinstance(defaults, dict):
        raise Invalid(f"the settings in {path} hold no mapping of defaults", fix="mend the file")
    if not isinstance(trust, list | set) or not all(isinstance(one, str) for one in trust):
        raise Invalid(f"'trust' in the settings in {path} is no list of addresses", fix="write one address a line")
    return CopierSettings(path, {str(name): value for name, value in defaults.items()}, tuple(trust))
