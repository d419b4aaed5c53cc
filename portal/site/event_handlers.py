"""The site hears no events; every process knows the kinds of message it sends."""

from portal.site import trouble_digest  # noqa: F401 - registers its kind
