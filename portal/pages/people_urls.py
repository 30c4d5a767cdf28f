"""Addresses of the pages of people."""

from django.urls import path

from portal.pages import people, people_acts

app_name = "people"
urlpatterns = [
    path("", people.index, name="list"),
    path("add/", people_acts.add, name="add"),
    path("<int:pk>/", people.detail, name="detail"),
    path("<int:pk>/edit/", people_acts.edit, name="edit"),
    path("<int:pk>/new-link/", people_acts.new_link, name="new-link"),
    path("<int:pk>/reset-factor/", people_acts.reset_factor, name="reset-factor"),
    path("<int:pk>/deactivate/", people_acts.deactivate, name="deactivate"),
    path("<int:pk>/activate/", people_acts.activate, name="activate"),
    path("<int:pk>/log-ins/end/", people_acts.end_log_ins, name="end-log-ins"),
    path("<int:pk>/log-ins/<int:log_in>/end/", people_acts.end_log_in, name="end-log-in"),
    path("<int:pk>/accounts/<int:link>/resume/", people_acts.resume_link, name="resume-link"),
]
