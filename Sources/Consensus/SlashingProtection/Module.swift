// SlashingProtection
