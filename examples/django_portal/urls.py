"""The pages of the log-in at the path of the portal's URL, and the views below it."""

from __future__ import annotations

from django.urls import path

from login import pages
from messaging import views

urlpatterns = [
    path("secure/", pages.urls),
    path("secure/messages/", views.write),
    path("secure/messages/<str:name>", views.read),
]
