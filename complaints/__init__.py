"""The rules of complaint handling: pure functions over frozen data.

Open `chart.py` first: the life of a complaint as one table. `commands/` is what people may ask, `facts/` what has
happened, `case.py` a case as it stands. `decide.py` turns a command into facts or refuses it, with the conditions in
`choices.py` and `guards/` and the facts made in `makers/`; `evolve.py` folds facts into the case, each by its own in
`evolvers/`. `deadlines.py` says which clocks run, `ladder.py` what each does next, `notices.py` who hears of it.
Nothing here knows a library, the time of day, a disk or a network: time and identity come in as arguments.
"""
