"""How often somebody wants to hear from us: a preference like every other, which the guards obey."""

KEY = "how_often"
FEWER, NORMAL = "fewer", "normal"
FEWER_A_WEEK = 1
"""So many marketing messages in seven days go to whoever said "less often", or the shop's limit if that is lower."""

WANTS_FEWER = f"""
    EXISTS (
        SELECT FROM crm_preferences_preference AS p JOIN crm_preferences_preferencekey AS k ON k.id = p.key_id
        WHERE p.contact_id = c.id AND k.key = '{KEY}' AND p.value = '{FEWER}' AND p.state = 'active'
    )
"""
"""SQL over alias ``c``, a contact."""
