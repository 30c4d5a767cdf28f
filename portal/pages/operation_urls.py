"""Addresses of the pages of writes."""

from django.urls import path

from portal.pages import operations, operations_undo

app_name = "operations"
urlpatterns = [
    path("", operations.index, name="list"),
    path("<uuid:operation_id>/", operations.detail, name="detail"),
    path("<uuid:operation_id>/state/", operations.state, name="state"),
    path("<uuid:operation_id>/look/", operations.look, name="look"),
    path("<uuid:operation_id>/settle/", operations.word, name="settle"),
    path("<uuid:operation_id>/take-back/", operations_undo.take_back_page, name="take-back"),
]
