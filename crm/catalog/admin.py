from django.contrib import admin

from crm.catalog.models import Order, OrderLine, Product, ProductNews
from engage.lib.looking import ReadOnly


@admin.register(Product)
class ProductAdmin(admin.ModelAdmin):
    list_display = ("name", "external_id", "category", "price", "currency", "stock")
    search_fields = ("name", "external_id")
    readonly_fields = ("was_price", "was_stock", "created", "updated")


@admin.register(ProductNews)
class ProductNewsAdmin(ReadOnly):
    list_display = ("product", "what", "old_price", "price", "state", "by", "at")
    list_select_related = ("product",)


class LineInline(admin.TabularInline):
    model = OrderLine
    extra = 0
    raw_id_fields = ("product",)


@admin.register(Order)
class OrderAdmin(admin.ModelAdmin):
    list_display = ("external_id", "contact", "at", "total", "currency", "refund")
    list_filter = ("refund", "source")
    list_select_related = ("contact",)
    search_fields = ("external_id",)
    raw_id_fields = ("contact", "recorded_for")
    show_full_result_count = False
    inlines = (LineInline,)


admin.site.register(OrderLine, ReadOnly)
