-- What the error task tells by now: whoever failed so and is among it has nothing left to write.
ALTER TABLE incidents ADD COLUMN task_url TEXT;
-- How many failures since `settled_at` its text counts.
ALTER TABLE incidents ADD COLUMN told INTEGER NOT NULL DEFAULT 0;
