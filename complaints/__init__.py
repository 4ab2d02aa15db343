"""The rules of complaint handling: pure functions over frozen data.

Open `chart.py` first: the life of a complaint as one table. `commands.py` is what people may ask, `facts.py` what
has happened, `case.py` folds facts into a case as it stands, `decide.py` turns a command into facts or refuses it,
`deadlines.py` says which clocks run and what each does next, `notices.py` who hears of it. Nothing here knows a
library, the time of day, a disk or a network: time and identity come in as arguments.
"""
