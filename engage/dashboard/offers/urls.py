from django.urls import path

from engage.dashboard.offers import by_hand, views

urlpatterns = [
    path("shop/offers/", views.offers, name="offers"),
    path("shop/offers/new/", views.new_offer, name="new_offer"),
    path("shop/offers/<uuid:uid>/", views.offer_given, name="offer_given"),
    path("shop/offers/<uuid:uid>/codes/", views.more_codes, name="more_codes"),
    path("shop/offers/<uuid:uid>/stop/", views.stop_offer, name="stop_offer"),
    path("shop/offers/<uuid:uid>/go-on/", views.go_on_offer, name="go_on_offer"),
    path("shop/offers/<uuid:uid>/file/", by_hand.given_file, name="given_file"),
    path("people/<uuid:uid>/give/", by_hand.give_to_person, name="give_to_person"),
]
