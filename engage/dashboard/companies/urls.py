from django.urls import path

from engage.dashboard.companies import views

urlpatterns = [
    path("people/companies/", views.companies, name="companies"),
    path("people/companies/find/", views.find_companies, name="find_companies"),
    path("people/companies/new/", views.new_company, name="new_company"),
    path("people/companies/<uuid:uid>/", views.company, name="company"),
    path("people/companies/<uuid:uid>/name/", views.rename, name="rename_company"),
    path("people/companies/<uuid:uid>/find/", views.find_for_company, name="find_for_company"),
    path("people/companies/<uuid:uid>/people/<uuid:person>/join/", views.join_company, name="join_company"),
    path("people/companies/<uuid:uid>/people/<uuid:person>/leave/", views.leave_company, name="leave_company"),
    path("people/<uuid:uid>/company/", views.company_of_person, name="company_of_person"),
]
