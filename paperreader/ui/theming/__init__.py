"""How the screen looks: themes, their contrast, the user's style sheet, and terminals with few colours or signs."""
