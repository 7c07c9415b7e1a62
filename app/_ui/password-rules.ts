/** What a password must be, said before one is chosen. */
export const PASSWORD_RULES = "8 to 128 characters: no common password, and not just your name or ours.";
