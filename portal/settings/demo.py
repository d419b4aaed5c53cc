"""Settings of `make demo`: the production settings with demo values; the launcher sets the environment."""

from portal.settings.base import *  # noqa: F403
