"""The Django app."""

from django.apps import AppConfig


class BillingConfig(AppConfig):
    """The domain of billing."""

    name = "billing_app"

    def ready(self) -> None:
        """Make the kinds of jobs known, and what has to be collected for those that come by themselves."""
        from billing_app.reports import jobs  # noqa: F401, PLC0415 - models are ready only now; it makes its kind known by itself
        from billing_app.saved.needed import needed  # noqa: PLC0415 - likewise
        from billing_app.saved.work import register_kinds  # noqa: PLC0415 - likewise
        from portal.cdrs.collecting.needed import also_collect  # noqa: PLC0415 - likewise

        register_kinds()
        also_collect(needed)
