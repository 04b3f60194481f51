"""What happened: an append-only record that nobody can rewrite in silence.

Words: an *event* stands in a *chain* (one per dossier, agency, person …), each event's hash covering the one
before; the *sealer* numbers committed events without gaps (*position*); a *root* closes a day over all chains and
covers the root before. *Projectors* run in the event's transaction and may refuse; *subscribers* run after
sealing, each with its own cursor. Every write of every room is recorded through `recording.record_change`.
"""
