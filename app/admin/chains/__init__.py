"""The county's industry chains: the words by which leads and deals are told apart, under codes that stay."""
