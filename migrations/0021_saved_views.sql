-- Truth: how a person wants to see the register of reports again. Nobody else reads or changes it.
CREATE TABLE saved_views (
  view_id TEXT PRIMARY KEY,
  -- Address of the person, in lower case.
  owner TEXT NOT NULL,
  name TEXT NOT NULL COLLATE NOCASE,
  -- Query of the page's address, e.g. `lifecycle=accepted&q=plunkett`.
  query TEXT NOT NULL,
  created_at TEXT NOT NULL,
  UNIQUE (owner, name)
) STRICT;
