"""Parts that screens are made of: `table` (rows and columns), `fields` (search, quantity, words and figures), `panel`
(cards, sections, empty states, findings), `split` (list beside detail). None of them knows a screen or the database."""
