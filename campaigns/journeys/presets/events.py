"""The events that we know, as they read within a sentence; others are shown by their name."""

from django.utils.translation import gettext_lazy

EVENTS = {
    "Order Completed": gettext_lazy("an order is placed"),
    "Order Refunded": gettext_lazy("an order is refunded"),
    "Checkout Started": gettext_lazy("a checkout is started"),
    "Product Viewed": gettext_lazy("a product is looked at"),
    "Products Searched": gettext_lazy("something is searched for"),
    "Page Viewed": gettext_lazy("a page is looked at"),
    "Signed Up": gettext_lazy("somebody signs up"),
    "Permission Given": gettext_lazy("somebody gives permission"),
    "Survey Answered": gettext_lazy("a survey is answered"),
    "Preference Stated": gettext_lazy("somebody tells us something about themselves"),
    "Message Clicked": gettext_lazy("a link in a message is opened"),
    "Message Replied": gettext_lazy("somebody replies to a message"),
    "Conversation Opened": gettext_lazy("a conversation begins"),
    "Conversation Closed": gettext_lazy("a conversation ends"),
    "Enquiry Received": gettext_lazy("somebody writes to us and says what it is about"),
    "Leaving Enquiry": gettext_lazy("somebody shows that they may be leaving"),
    "Leaving Enquiry Closed": gettext_lazy("it is said what came of somebody who may have been leaving"),
    "Segment Entered": gettext_lazy("somebody joins a group"),
    "Segment Left": gettext_lazy("somebody leaves a group"),
    "Cart Left": gettext_lazy("a cart is left"),
    "Stayed Away": gettext_lazy("somebody has not done something for a while"),
    "Date Came": gettext_lazy("a date that we remember comes"),
    "Preference Stale": gettext_lazy("something we remember is to be asked again"),
    "Price Dropped": gettext_lazy("the price drops of something they looked at"),
    "Back In Stock": gettext_lazy("something they looked at is back in stock"),
}
