"""Counter intake: the person, the procedure, the draft on one screen, the end. Desk officers only.

May use the parts of both sides' pages: the form is the citizen's, the furniture the desk's. No address names a person:
what a look-up found travels in posts, as a signed token that only its officer can use, for two hours.
"""
