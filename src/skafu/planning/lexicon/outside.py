"""Outside systems that descriptions name, and the channels by which people are told."""

from skafu.planning.lexicon import words

BRANDS = {
    "stripe": ("Stripe", "payment"), "paypal": ("PayPal", "payment"), "adyen": ("Adyen", "payment"),
    "mollie": ("Mollie", "payment"), "klarna": ("Klarna", "payment"), "square": ("Square", "payment"),
    "braintree": ("Braintree", "payment"), "sepa": ("Sepa", "payment"), "twint": ("Twint", "payment"),
    "razorpay": ("Razorpay", "payment"), "worldpay": ("Worldpay", "payment"),
    "twilio": ("Twilio", "sms"), "sendgrid": ("SendGrid", "email"), "mailgun": ("Mailgun", "email"),
    "mailchimp": ("Mailchimp", "email"), "slack": ("Slack", "chat"), "teams": ("Teams", "chat"),
    "discord": ("Discord", "chat"), "telegram": ("Telegram", "chat"), "whatsapp": ("WhatsApp", "chat"),
    "erp": ("Erp", "records"), "sap": ("Sap", "records"), "crm": ("Crm", "records"),
    "salesforce": ("Salesforce", "records"), "hubspot": ("HubSpot", "records"), "netsuite": ("NetSuite", "records"),
    "xero": ("Xero", "records"), "quickbooks": ("QuickBooks", "records"), "datev": ("Datev", "records"),
    "odoo": ("Odoo", "records"), "dynamics": ("Dynamics", "records"), "zendesk": ("Zendesk", "records"),
    "jira": ("Jira", "records"), "github": ("GitHub", "records"), "shopify": ("Shopify", "records"),
    "workday": ("Workday", "records"), "dhl": ("Dhl", "records"), "ups": ("Ups", "records"),
    "fedex": ("FedEx", "records"), "zoom": ("Zoom", "records"), "docusign": ("DocuSign", "records"),
    "mqtt": ("Mqtt", "mqtt"), "lorawan": ("LoRaWan", "mqtt"), "accounting_system": ("Accounting", "records"),
    "accounting_software": ("Accounting", "records"), "credit_bureau": ("CreditBureau", "records"),
    "payment_provider": ("PaymentProvider", "payment"), "payment_gateway": ("PaymentGateway", "payment"),
    "payment_service": ("PaymentProvider", "payment"), "hr_system": ("HrSystem", "records"),
    "extraction": ("Extraction", "reading"),
    "booking_system": ("BookingSystem", "records"), "legacy_system": ("LegacySystem", "records"),
}  # fmt: skip
"""Word of the text -> name of the integration, and what it is for."""

CHANNELS = {
    "email": "email", "mail": "email", "sms": "sms", "text": "sms", "phone": "sms", "push_notification": "chat",
    "notification": "chat", "newsletter": "email",
}  # fmt: skip
CHANNEL_NAMES = {"email": "Mail", "sms": "Sms", "chat": "Chat"}
TELLING = words(
    """notify tell inform remind alert email text message call warn ping congratulate thank update phone page
    contact"""
)
"""Verbs whose object is a person who gets a message."""

TOLD_THINGS = words(
    """notification reminder email mail sms confirmation alert message receipt newsletter push_notification warning
    text reminder_email summary_email e-mail"""
)
"""Things that are sent to people; sending one is telling somebody."""

CARD_WORDS = words("card credit_card debit_card cash bank_transfer wallet paypal_account")
