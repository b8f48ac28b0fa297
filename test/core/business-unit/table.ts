/**
 * What every command does in every situation. Left the outcome: the status of the refresh it leads to (`idle`: there was
 * none), or `stays`, and the promised effects; `nothing`: no event, no effect; `refused` and the code. Right the
 * commands; `*…*` are the groups below. A command that is missing, or stands twice, fails the test.
 */
export const GROUPS: Readonly<Record<string, string>> = {
  "every telling":
    "begin a step; advance; heartbeat; tell progress; a check fails; a check passes; a source is done; a source fails; a source is held back; finish; fail and try again; fail for good; continue; cut off",
  "of another source": "tell progress of another source; another source is done",
  "every acquire": "acquire the wanted attempt; acquire while all is held; acquire another attempt",
  "every wish": "ask for a refresh; ask for a back-fill",
};

export const TABLE: Readonly<Record<string, string>> = {
  "nobody made it": `
    idle + project: create
    idle + claims, project: adopt
    refused, no_such_unit: rename; rename to the same; set the site; set an Ads customer; set nonsense; set after a stale look; archive; take out of the archive; test the site; create the dashboard; *every wish*; ask for the future; cancel the refresh; tick; poke; *every acquire*; *every telling*; advance of an old epoch; *of another source*; park; unpark; drop; check the claims; ops release the lease; ops requeue; ops cancel; ops fire timers; ops flush the outbox; ops flush an empty outbox; ops reproject
  `,
  "without sources": `
    refused, unit_exists: create
    nothing: adopt; rename to the same; take out of the archive; tick
    stays + project: rename; create the dashboard; poke; park; unpark; drop; ops flush the outbox
    stays + claims, project: set the site; set an Ads customer
    refused, bad_field: set nonsense; ask for the future
    refused, stale_write: set after a stale look
    archived + project: archive
    refused, wrong_state: test the site; cancel the refresh; ops release the lease; ops requeue; ops cancel; ops fire timers; ops flush an empty outbox
    refused, nothing_to_refresh: *every wish*
    refused, stale_attempt: *every acquire*
    refused, fenced: *every telling*; advance of an old epoch; *of another source*
    stays + project, claims: ops reproject
    stays + claims: check the claims
  `,
  configured: `
    refused, unit_exists: create
    nothing: adopt; rename to the same; set the site; take out of the archive; tick
    stays + project: rename; test the site; create the dashboard; poke; park; unpark; drop; ops flush the outbox
    stays + claims, project: set an Ads customer
    refused, bad_field: set nonsense; ask for the future
    refused, stale_write: set after a stale look
    archived + project: archive
    queued + enqueue_refresh, project: *every wish*; ops fire timers
    refused, wrong_state: cancel the refresh; ops release the lease; ops requeue; ops cancel; ops flush an empty outbox
    refused, stale_attempt: *every acquire*
    refused, fenced: *every telling*; advance of an old epoch; *of another source*
    stays + project, claims: ops reproject
    stays + claims: check the claims
  `,
  queued: `
    refused, unit_exists: create
    nothing: adopt; rename to the same; set the site; take out of the archive; tick
    stays + project: rename; test the site; create the dashboard; poke; park; unpark; drop; ops flush the outbox
    stays + claims, project: set an Ads customer
    refused, bad_field: set nonsense
    refused, stale_write: set after a stale look
    archived + fence, project: archive
    refused, refresh_in_progress: *every wish*; ask for the future
    cancelled + fence, project: cancel the refresh; ops cancel
    running + project: acquire the wanted attempt
    stays + enqueue_refresh: acquire while all is held
    refused, stale_attempt: acquire another attempt
    refused, fenced: *every telling*; advance of an old epoch; *of another source*
    refused, wrong_state: ops release the lease; ops flush an empty outbox
    stays + enqueue_refresh, project: ops requeue; ops fire timers
    stays + project, claims: ops reproject
    stays + claims: check the claims
  `,
  running: `
    refused, unit_exists: create
    nothing: adopt; rename to the same; set the site; take out of the archive; tick
    stays + project: rename; test the site; create the dashboard; poke; tell progress; a check fails; a source is done; a source fails; a source is held back; park; unpark; drop; ops flush the outbox
    stays + claims, project: set an Ads customer
    refused, bad_field: set nonsense
    refused, stale_write: set after a stale look
    archived + fence, project: archive
    refused, refresh_in_progress: *every wish*; ask for the future
    cancelled + fence, project: cancel the refresh; ops cancel
    refused, lease_held: acquire the wanted attempt; acquire while all is held
    refused, stale_attempt: acquire another attempt
    stays: begin a step; advance; heartbeat; a check passes
    refused, fenced: advance of an old epoch
    refused, wrong_state: *of another source*; ops requeue; ops flush an empty outbox
    failed + project: finish; fail for good
    queued + enqueue_refresh, project: fail and try again; continue; cut off; ops release the lease; ops fire timers
    stays + project, claims: ops reproject
    stays + claims: check the claims
  `,
  "backing off": `
    refused, unit_exists: create
    nothing: adopt; rename to the same; set the site; take out of the archive; tick
    stays + project: rename; test the site; create the dashboard; poke; park; unpark; drop; ops flush the outbox
    stays + claims, project: set an Ads customer
    refused, bad_field: set nonsense
    refused, stale_write: set after a stale look
    archived + fence, project: archive
    refused, refresh_in_progress: *every wish*; ask for the future
    cancelled + fence, project: cancel the refresh; ops cancel
    refused, stale_attempt: *every acquire*
    refused, fenced: *every telling*; advance of an old epoch; *of another source*
    refused, wrong_state: ops release the lease; ops flush an empty outbox
    stays + enqueue_refresh, project: ops requeue; ops fire timers
    stays + project, claims: ops reproject
    stays + claims: check the claims
  `,
  "partly done": `
    refused, unit_exists: create
    nothing: adopt; rename to the same; set the site; take out of the archive; tick
    stays + project: rename; test the site; create the dashboard; poke; park; unpark; drop; ops flush the outbox
    stays + claims, project: set an Ads customer
    refused, bad_field: set nonsense; ask for the future
    refused, stale_write: set after a stale look
    archived + project: archive
    queued + enqueue_refresh, project: *every wish*; ops requeue; ops fire timers
    refused, wrong_state: cancel the refresh; ops release the lease; ops cancel; ops flush an empty outbox
    refused, stale_attempt: *every acquire*
    refused, fenced: *every telling*; advance of an old epoch; *of another source*
    stays + project, claims: ops reproject
    stays + claims: check the claims
  `,
  done: `
    refused, unit_exists: create
    nothing: adopt; rename to the same; set the site; take out of the archive; tick
    stays + project: rename; test the site; create the dashboard; poke; park; unpark; drop; ops flush the outbox
    stays + claims, project: set an Ads customer
    refused, bad_field: set nonsense; ask for the future
    refused, stale_write: set after a stale look
    archived + project: archive
    queued + enqueue_refresh, project: *every wish*; ops fire timers
    refused, wrong_state: cancel the refresh; ops release the lease; ops requeue; ops cancel; ops flush an empty outbox
    refused, stale_attempt: *every acquire*
    refused, fenced: *every telling*; advance of an old epoch; *of another source*
    stays + project, claims: ops reproject
    stays + claims: check the claims
  `,
  failed: `
    refused, unit_exists: create
    nothing: adopt; rename to the same; set the site; take out of the archive; tick
    stays + project: rename; test the site; create the dashboard; poke; park; unpark; drop; ops flush the outbox
    stays + claims, project: set an Ads customer
    refused, bad_field: set nonsense; ask for the future
    refused, stale_write: set after a stale look
    archived + project: archive
    queued + enqueue_refresh, project: *every wish*; ops requeue; ops fire timers
    refused, wrong_state: cancel the refresh; ops release the lease; ops cancel; ops flush an empty outbox
    refused, stale_attempt: *every acquire*
    refused, fenced: *every telling*; advance of an old epoch; *of another source*
    stays + project, claims: ops reproject
    stays + claims: check the claims
  `,
  cancelled: `
    refused, unit_exists: create
    nothing: adopt; rename to the same; set the site; take out of the archive; tick
    stays + project: rename; test the site; create the dashboard; poke; park; unpark; drop; ops flush the outbox
    stays + claims, project: set an Ads customer
    refused, bad_field: set nonsense; ask for the future
    refused, stale_write: set after a stale look
    archived + project: archive
    queued + enqueue_refresh, project: *every wish*; ops requeue; ops fire timers
    refused, wrong_state: cancel the refresh; ops release the lease; ops cancel; ops flush an empty outbox
    refused, stale_attempt: *every acquire*
    refused, fenced: *every telling*; advance of an old epoch; *of another source*
    stays + project, claims: ops reproject
    stays + claims: check the claims
  `,
  archived: `
    refused, unit_exists: create
    nothing: adopt; rename to the same; set the site; archive; tick
    refused, archived: rename; set an Ads customer; create the dashboard; *every wish*; ask for the future; ops requeue
    refused, bad_field: set nonsense
    refused, stale_write: set after a stale look
    done + project: take out of the archive
    stays + project: test the site; poke; park; unpark; drop; ops flush the outbox
    refused, wrong_state: cancel the refresh; ops release the lease; ops cancel; ops fire timers; ops flush an empty outbox
    refused, stale_attempt: *every acquire*
    refused, fenced: *every telling*; advance of an old epoch; *of another source*
    stays + project, claims: ops reproject
    stays + claims: check the claims
  `,
};
