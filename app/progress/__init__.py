"""目标进度: the number as leaders read it, its rows, its brief; checks the ledger against the deals and posts anew.

The room lies above deals, leads and visits and below nothing that counts: it reads, and writes only by re-posting.
Figures are sums of ledger entries (`targets`); 待认定 and reasons come from `targets.rules.assess` over the deals.
Every figure's link leads to rows that are picked by the same function that summed it.
"""
