"""My work: what waits for this person today; and handing everything open of one person to another."""
