"""Addresses of jobs."""

from django.urls import path

from portal.pages import jobs, jobs_files

app_name = "jobs"
urlpatterns = [
    path("", jobs.index, name="list"),
    path("ended/", jobs.ended, name="ended"),
    path("<uuid:job_id>/", jobs.one, name="one"),
    path("<uuid:job_id>/part/", jobs.part, name="part"),
    path("<uuid:job_id>/cancel/", jobs.cancel_one, name="cancel"),
    path("<uuid:job_id>/again/", jobs.run_again, name="again"),
    path("<uuid:job_id>/files/<int:number>/", jobs_files.download, name="file"),
]
