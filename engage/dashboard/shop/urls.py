from django.urls import path

from engage.dashboard.shop import views

urlpatterns = [
    path("products/", views.shop_products, name="shop_products"),
    path("orders/", views.shop_orders, name="shop_orders"),
    path("orders/<uuid:uid>/", views.shop_order, name="shop_order"),
]
