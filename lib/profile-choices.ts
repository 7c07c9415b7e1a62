// What a profile may hold, without a schema: browsers load this, too.

export const locales = ["en-US", "en-GB", "de-DE", "fr-FR", "ja-JP"] as const;
export const themes = ["system", "light", "dark"] as const;
