"""Pages of one object of any declared resource: look at it, create, change and delete it, with every outcome in words.

A domain declares :class:`portal.ui.objects.declare.ObjectPages` and takes its addresses from :func:`portal.ui.objects.urls.object_urls`.
"""
