/**
 * What every command does in every situation. Left the outcome: the status it leads to, or `stays`, and the promised
 * effects; `nothing`: no event, no effect; `refused` and the code. Right the commands; `*…*` are the groups below.
 * A command that is missing, or stands twice, fails the test.
 */
export const GROUPS: Readonly<Record<string, string>> = {
  "every write":
    "begin step; commit step; intend effect; heartbeat; reserve; settle; exhausted; finish; refuse; continue; fail and try again; fail for good; fail for a setting",
  "old writes": "commit step of an old epoch; finish of an old epoch",
  "every comment": "comment accepts; comment asks for a change; comment answers; comment says go on; comment says stop",
  "every acquire": "acquire the wanted attempt; acquire another attempt",
  "every reading": "model reads acceptance; model reads revision; model reads nothing",
  "every parked": "reading parked; answer parked",
  "every event": "event on the task; look of the reconciler",
};

export const TABLE: Readonly<Record<string, string>> = {
  "nobody reported the task": `
    assessing + look: *every event*
    refused, no_such_run: task read unchanged; task read without period; task read unassigned; task gone; *every comment*; comment accepts and task completed; tick; *every acquire*; *every write*; *old writes*; *every reading*; replied; *every parked*; cancel; retry; set budget; stranger comments; task asks for another month; restart
  `,
  assessing: `
    stays + look: *every event*
    ready + status_comment, enqueue_execution: task read unchanged; *every comment*; task asks for another month
    needs_clarification + status_comment, question-1: task read without period
    ignored: task read unassigned; task gone; comment accepts and task completed
    nothing: tick; *every reading*; replied
    refused, stale_attempt: *every acquire*
    refused, fenced: *every write*; *old writes*
    stays: *every parked*; set budget
    cancelled + status_comment: cancel
    refused, wrong_state: retry; restart
    ready + refused-13, status_comment, enqueue_execution: stranger comments
  `,
  ignored: `
    stays + look: *every event*
    ready + status_comment, enqueue_execution: task read unchanged; *every comment*; task asks for another month
    needs_clarification + status_comment, question-1: task read without period
    nothing: task read unassigned; tick; *every reading*; replied
    stays: task gone; comment accepts and task completed; *every parked*; set budget
    refused, stale_attempt: *every acquire*
    refused, fenced: *every write*; *old writes*
    cancelled + status_comment: cancel
    refused, wrong_state: retry; restart
    ready + refused-13, status_comment, enqueue_execution: stranger comments
  `,
  "needs clarification": `
    stays + look: *every event*
    ready + status_comment, enqueue_execution: task read unchanged; *every comment*; task asks for another month
    nothing: task read without period; tick; *every reading*; replied
    ignored: task read unassigned; task gone; comment accepts and task completed
    refused, stale_attempt: *every acquire*
    refused, fenced: *every write*; *old writes*
    stays: *every parked*; set budget
    cancelled + status_comment: cancel
    refused, wrong_state: retry; restart
    ready + refused-13, status_comment, enqueue_execution: stranger comments
  `,
  "blocked before work": `
    stays + look: *every event*
    ready + status_comment, enqueue_execution: task read unchanged; *every comment*; task asks for another month
    needs_clarification + status_comment, question-1: task read without period
    ignored: task read unassigned; task gone; comment accepts and task completed
    nothing: tick; *every reading*; replied
    refused, stale_attempt: *every acquire*
    refused, fenced: *every write*; *old writes*
    stays: *every parked*; set budget
    cancelled + status_comment: cancel
    assessing + look: retry
    ready + refused-13, status_comment, enqueue_execution: stranger comments
    refused, wrong_state: restart
  `,
  ready: `
    stays + look: *every event*
    nothing: task read unchanged; *every comment*; tick; *every reading*; replied
    stays: task read without period; *every parked*; set budget
    cancelled + status_comment: task read unassigned; comment accepts and task completed; cancel
    cancelled: task gone
    running + status_comment: acquire the wanted attempt
    refused, stale_attempt: acquire another attempt
    refused, fenced: *every write*; *old writes*
    refused, wrong_state: retry; restart
    stays + refused-13: stranger comments
    stays + status_comment, change-1: task asks for another month
  `,
  running: `
    stays + look: *every event*
    nothing: task read unchanged; *every comment*; tick; settle; *every reading*; replied
    stays: task read without period; begin step; commit step; intend effect; heartbeat; reserve; *every parked*; set budget
    cancelled + status_comment: task read unassigned; comment accepts and task completed; cancel
    cancelled: task gone
    refused, lease_held: acquire the wanted attempt
    refused, stale_attempt: acquire another attempt
    refused, fenced: *old writes*
    review_ready + register, status_comment, review-v1, look: finish
    blocked + status_comment, blocked-1: refuse; fail for a setting
    stays + status_comment, budget-1: exhausted
    stays + enqueue_execution: continue
    stays + enqueue_execution, status_comment: fail and try again
    failed + status_comment, failed-1: fail for good
    refused, wrong_state: retry; restart
    stays + refused-13: stranger comments
    stays + status_comment, change-1: task asks for another month
  `,
  "running, lease run out": `
    stays + look: *every event*
    nothing: task read unchanged; *every comment*; *every reading*; replied
    stays: task read without period; *every parked*; set budget
    cancelled + status_comment: task read unassigned; comment accepts and task completed; cancel
    cancelled: task gone
    stays + enqueue_execution, status_comment: tick
    refused, lease_held: acquire the wanted attempt
    refused, stale_attempt: acquire another attempt
    refused, fenced: *every write*; *old writes*
    refused, wrong_state: retry; restart
    stays + refused-13: stranger comments
    stays + status_comment, change-1: task asks for another month
  `,
  "waiting for the next try": `
    stays + look: *every event*
    nothing: task read unchanged; *every comment*; tick; *every reading*; replied
    stays: task read without period; *every parked*; set budget
    cancelled + status_comment: task read unassigned; comment accepts and task completed; cancel
    cancelled: task gone
    refused, stale_attempt: *every acquire*
    refused, fenced: *every write*; *old writes*
    stays + status_comment, enqueue_execution: retry
    stays + refused-13: stranger comments
    stays + status_comment, change-1: task asks for another month
    refused, wrong_state: restart
  `,
  "a budget is used up": `
    stays + look: *every event*
    nothing: task read unchanged; comment accepts; comment asks for a change; comment answers; tick; *every reading*; replied
    stays: task read without period; *every parked*; task asks for another month
    stays + enqueue_execution: comment says go on; set budget
    cancelled + status_comment: comment says stop; task read unassigned; comment accepts and task completed; cancel
    cancelled: task gone
    refused, stale_attempt: *every acquire*
    refused, fenced: *every write*; *old writes*
    refused, wrong_state: retry; restart
    stays + refused-13: stranger comments
  `,
  "blocked at work": `
    stays + look: *every event*
    nothing: task read unchanged; tick; *every reading*; replied
    needs_clarification + status_comment, question-1: task read without period
    cancelled + status_comment: task read unassigned; comment accepts and task completed; cancel
    cancelled: task gone
    ready + status_comment, enqueue_execution: *every comment*; retry; task asks for another month; restart
    refused, stale_attempt: *every acquire*
    refused, fenced: *every write*; *old writes*
    stays: *every parked*; set budget
    stays + refused-13: stranger comments
  `,
  "review ready": `
    stays + look: *every event*
    nothing: task read unchanged; tick; *every reading*; replied
    stays: task read without period; *every parked*; set budget
    cancelled + status_comment: task read unassigned; cancel
    cancelled: task gone
    accepted + register, look, status_comment: comment accepts; comment accepts and task completed
    revision_requested + register, status_comment, enqueue_execution: comment asks for a change
    stays: comment says go on
    stays + classify:rnd_777_1, register: comment answers; comment says stop
    refused, stale_attempt: *every acquire*
    refused, fenced: *every write*; *old writes*
    refused, wrong_state: retry
    stays + refused-13: stranger comments
    stays + status_comment, change-1: task asks for another month
    ready + status_comment, enqueue_execution: restart
  `,
  "reading a comment": `
    stays + look: *every event*
    nothing: task read unchanged; task read unassigned; *every comment*; comment accepts and task completed; tick; replied
    stays: task read without period; answer parked; set budget
    cancelled + status_comment: cancel
    cancelled: task gone
    refused, stale_attempt: *every acquire*
    refused, fenced: *every write*; *old writes*
    accepted + register, look, status_comment: model reads acceptance
    revision_requested + register, status_comment, look, enqueue_execution: model reads revision
    stays + register, reply-1, look: model reads nothing; reading parked
    refused, wrong_state: retry; restart
    stays + refused-13: stranger comments
    stays + status_comment, change-1: task asks for another month
  `,
  "answering a question": `
    stays + look: *every event*
    nothing: task read unchanged; *every comment*; tick; *every reading*
    stays: task read without period; reading parked; set budget
    cancelled + status_comment: task read unassigned; comment accepts and task completed; cancel
    cancelled: task gone
    refused, stale_attempt: *every acquire*
    refused, fenced: *every write*; *old writes*
    stays + register, reply-1, look: replied; answer parked
    refused, wrong_state: retry; restart
    stays + refused-13: stranger comments
    stays + status_comment, change-1: task asks for another month
  `,
  "revision requested": `
    stays + look: *every event*
    nothing: task read unchanged; *every comment*; tick; *every reading*; replied
    stays: task read without period; *every parked*; set budget
    cancelled + status_comment: task read unassigned; comment accepts and task completed; cancel
    cancelled: task gone
    revision_running + status_comment: acquire the wanted attempt
    refused, stale_attempt: acquire another attempt
    refused, fenced: *every write*; *old writes*
    refused, wrong_state: retry; restart
    stays + refused-13: stranger comments
    stays + status_comment, change-1: task asks for another month
  `,
  "revision running": `
    stays + look: *every event*
    nothing: task read unchanged; *every comment*; tick; settle; *every reading*; replied
    stays: task read without period; begin step; commit step; intend effect; heartbeat; reserve; *every parked*; set budget
    cancelled + status_comment: task read unassigned; comment accepts and task completed; cancel
    cancelled: task gone
    refused, lease_held: acquire the wanted attempt
    refused, stale_attempt: acquire another attempt
    refused, fenced: *old writes*
    review_ready + register, status_comment, review-v2, look: finish
    blocked + status_comment, blocked-2: refuse; fail for a setting
    stays + status_comment, budget-1: exhausted
    stays + enqueue_execution: continue
    stays + enqueue_execution, status_comment: fail and try again
    failed + status_comment, failed-2: fail for good
    refused, wrong_state: retry; restart
    stays + refused-13: stranger comments
    stays + status_comment, change-1: task asks for another month
  `,
  "blocked in a revision": `
    stays + look: *every event*
    nothing: task read unchanged; tick; *every reading*; replied
    stays: task read without period; *every parked*; set budget; task asks for another month
    cancelled + status_comment: task read unassigned; comment accepts and task completed; cancel
    cancelled: task gone
    revision_requested + status_comment, enqueue_execution: *every comment*; retry; restart
    refused, stale_attempt: *every acquire*
    refused, fenced: *every write*; *old writes*
    stays + refused-13: stranger comments
  `,
  "second version ready": `
    stays + look: *every event*
    nothing: task read unchanged; tick; *every reading*; replied
    stays: task read without period; *every parked*; set budget
    cancelled + status_comment: task read unassigned; cancel
    cancelled: task gone
    accepted + register, look, status_comment: comment accepts; comment accepts and task completed
    revision_requested + register, status_comment, enqueue_execution: comment asks for a change
    stays: comment says go on
    stays + classify:rnd_777_2, register: comment answers; comment says stop
    refused, stale_attempt: *every acquire*
    refused, fenced: *every write*; *old writes*
    refused, wrong_state: retry
    stays + refused-13: stranger comments
    stays + status_comment, change-1: task asks for another month
    revision_requested + status_comment, enqueue_execution: restart
  `,
  accepted: `
    stays + look: event on the task
    nothing: look of the reconciler; task read unchanged; task read without period; task read unassigned; task gone; comment accepts; comment accepts and task completed; tick; *every reading*; replied; stranger comments; task asks for another month
    stays + closed: comment asks for a change; comment answers; comment says go on; comment says stop
    refused, stale_attempt: *every acquire*
    refused, fenced: *every write*; *old writes*
    stays: *every parked*
    refused, wrong_state: cancel; retry; set budget; restart
  `,
  failed: `
    nothing: *every event*; task read unchanged; task read without period; task read unassigned; task gone; *every comment*; comment accepts and task completed; tick; *every reading*; replied; stranger comments; task asks for another month
    refused, stale_attempt: *every acquire*
    refused, fenced: *every write*; *old writes*
    stays: *every parked*
    refused, wrong_state: cancel; set budget
    ready + status_comment, enqueue_execution: retry; restart
  `,
  "cancelled at work": `
    nothing: *every event*; task read unchanged; task read without period; task read unassigned; task gone; *every comment*; comment accepts and task completed; tick; *every reading*; replied; stranger comments; task asks for another month
    refused, stale_attempt: *every acquire*
    refused, fenced: *every write*; *old writes*
    stays: *every parked*
    refused, wrong_state: cancel; set budget; restart
    assessing + look: retry
  `,
  "cancelled in review": `
    nothing: *every event*; task read unchanged; task read without period; task read unassigned; task gone; *every comment*; comment accepts and task completed; tick; *every reading*; replied; stranger comments; task asks for another month
    refused, stale_attempt: *every acquire*
    refused, fenced: *every write*; *old writes*
    stays: *every parked*
    refused, wrong_state: cancel; set budget; restart
    review_ready + look, status_comment: retry
  `,
};
