from django.contrib import admin

from campaigns.plans.models import Campaign


@admin.register(Campaign)
class CampaignAdmin(admin.ModelAdmin):
    list_display = ["name", "starts", "ends"]
