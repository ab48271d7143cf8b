"""Reports of errors without our cookies."""

from __future__ import annotations

import re

from django.views.debug import SafeExceptionReporterFilter

__all__ = ["PortalReporterFilter"]


class PortalReporterFilter(SafeExceptionReporterFilter):
    """For `DEFAULT_EXCEPTION_REPORTER_FILTER`: reports are mailed, and kept.

    Django blanks its own session cookie in them; this blanks the portal's as well,
    which would let whoever reads the mail act as the person (threats F-36).
    """

    hidden_settings: re.Pattern[str] = re.compile(
        f"{SafeExceptionReporterFilter.hidden_settings.pattern}|SECURELOGIN",
        flags=re.IGNORECASE,
    )
