from django.apps import AppConfig


class OffersConfig(AppConfig):
    name = "campaigns.offers"
    label = "campaigns_offers"
    verbose_name = "Offers"
