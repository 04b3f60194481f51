"""What goes out of a round: the decision as a draft, slides for the conference, a card for each unit. Reads only.

All of it is told from the frozen content of a publication (or, before it, from what would be published now).
"""
