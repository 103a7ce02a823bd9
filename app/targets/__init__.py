"""Counting rules (口径), targets, the progress ledger, freezes; knows facts about a deal, not deals.

How a change of a deal reaches the ledger, in the transaction of the change:

1. The caller turns its rows into `rules.DealFacts`, with *all* versions of the terms in every state. The rules pick
   what is verified. Amounts are whole new totals; see `TermsFacts` for what each kind of terms must say.
2. For each root target of the deal's county, under the target's lock: `rules.contributions(facts, versions,
   measure=…)` gives the lines of all years, of which the target takes those with its `year`. `versions` are the
   published versions of the target's rule.
3. `rules.differences(entries, lines, deal_id=…, cause=…, first_open_on=…)` compares them with the deal's entries in
   this target and gives the entries to append, already with booked day and shares; nothing when nothing changed.
   Each gets the target's next `seq` and the instant of recording.

`cause` comes from `rules.verification_cause` for verified terms, and is `withdrawn`, `credit_changed`,
`reclassified` (the chain), or `rule_changed` where that is what happened; without one each entry is named by its
terms' kind, as a bulk posting wants it.

An entry keeps each share's percent beside its fen, and whether its day is exact. With the effective day and the
dimensions these make the key within which entries are summed, so that a changed credit or dimension becomes a
reversal and a new entry.

`service.post` does 1 to 3 in the caller's transaction; the caller holds the deal's row lock and hands over *all* its
terms. It asks for `cause`, or for `verified`, the id of the terms that were let count just now. `post_many` takes many
deals for one reason, `post_each` many with their own causes and instants.

A check of the whole ledger recomputes 2 for every deal: `differences` must be empty for each.

Reading: `rules.assess` gives one deal's verified and pending amounts for a year with every reason that keeps it out;
`rules.standing` and `rules.statement` say what sums of entries mean, for the queries that do the same in SQL.
"""
