-- Whoever puts a dead letter back claims it first, and says so when the queue took it. A claim without that word is one
-- whose maker died in between: after a while the letter may be put back again.

ALTER TABLE dead_letters ADD COLUMN claimed_at TEXT;
