"""Who is who: agencies, units, desks, persons, posts, calendars, each from a date to a date.

Words: an *agency* has authority; a *unit* is a part of it; a *desk* is a one-stop desk; a *person* of the staff
holds *posts* (unit + role + from/to). Policies look at posts. Every read takes a date. Events: `agency.*`,
`person.*`, `post.*`, `calendar.*`.
"""
