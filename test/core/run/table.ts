/**
 * What every command does in every situation. Left the outcome: the status it leads to, or `stays`, and the promised
 * effects; `nothing`: no event, no effect; `refused` and the code. Right the commands; `*…*` are the groups below.
 * A command that is missing, or stands twice, fails the test.
 */
export const GROUPS: Readonly<Record<string, string>> = {
  "every write":
    "begin step; commit step; intend effect; heartbeat; reserve; settle; exhausted; finish; decline; refuse; continue; cut_off; fail and try again; fail for good; fail for a setting",
  "old writes": "commit step of an old epoch; finish of an old epoch",
  "every comment": "comment accepts; comment asks for a change; comment answers; comment says go on; comment says stop",
  "every acquire": "acquire the wanted attempt; acquire another attempt",
  "every reading": "model reads acceptance; model reads revision; model reads nothing",
  "every parked": "reading parked; answer parked; effect dropped",
  "every event": "event on the task; look of the reconciler",
  "every answer": "panel answers; panel accepts; panel says go on",
  "every hold": "hold found; no hold found; holds changed",
  "every appraisal": "report dismissed; report marked reusable; report marked not reusable",
};

export const TABLE: Readonly<Record<string, string>> = {
  "nobody reported the task": `
    assessing + look: *every event*
    refused, no_such_run: *every answer*; task read unchanged; task read without period; task read unassigned; task gone; *every comment*; comment accepts and task completed; stranger comments; task asks for another month; restart; tick; *every acquire*; *every write*; *old writes*; *every reading*; replied; *every parked*; cancel; kill; pause; resume; *every hold*; poke; retry; set budget; ops release the lease; ops requeue; ops cancel; ops fire timers; ops flush the outbox; ops flush an empty outbox; ops reproject
    refused, no_such_run: *every appraisal*
  `,
  assessing: `
    stays + look: *every event*
    ready + status_comment, enqueue_execution: task read unchanged; *every comment*; task asks for another month
    needs_clarification + status_comment, question-1: task read without period
    ignored: task read unassigned; task gone; comment accepts and task completed
    ready + refused-13, status_comment, enqueue_execution: stranger comments
    refused, wrong_state: *every answer*; restart; resume; retry; ops release the lease; ops requeue; ops flush an empty outbox
    nothing: tick; *every reading*; replied; *every hold*
    refused, stale_attempt: *every acquire*
    refused, fenced: *every write*; *old writes*
    stays: *every parked*; pause; set budget; ops flush the outbox
    cancelled + status_comment: cancel; kill; ops cancel
    stays + project: poke
    stays + look, project: ops fire timers
    stays + register: ops reproject
    refused, no_such_artifact: *every appraisal*
  `,
  ignored: `
    stays + look: *every event*
    ready + status_comment, enqueue_execution: task read unchanged; *every comment*; task asks for another month
    needs_clarification + status_comment, question-1: task read without period
    nothing: task read unassigned; tick; *every reading*; replied; *every hold*
    stays: task gone; comment accepts and task completed; *every parked*; pause; set budget; ops flush the outbox
    ready + refused-13, status_comment, enqueue_execution: stranger comments
    refused, wrong_state: *every answer*; restart; resume; retry; ops release the lease; ops requeue; ops flush an empty outbox
    refused, stale_attempt: *every acquire*
    refused, fenced: *every write*; *old writes*
    cancelled + status_comment: cancel; kill; ops cancel
    stays + project: poke
    stays + look, project: ops fire timers
    stays + register: ops reproject
    refused, no_such_artifact: *every appraisal*
  `,
  "needs clarification": `
    stays + look: *every event*
    ready + status_comment, enqueue_execution: task read unchanged; comment accepts; comment asks for a change; comment answers; comment says go on; task asks for another month
    nothing: task read without period; tick; *every reading*; replied; *every hold*
    ignored: task read unassigned; task gone; comment accepts and task completed
    ready + refused-13, status_comment, enqueue_execution: stranger comments
    refused, wrong_state: restart; resume; retry; ops release the lease; ops requeue; ops flush an empty outbox
    refused, stale_attempt: *every acquire*
    refused, fenced: *every write*; *old writes*
    stays: *every parked*; set budget; ops flush the outbox
    cancelled + status_comment, stopped-1: cancel; kill; ops cancel; comment says stop
    stays + status_comment: pause
    stays + project: poke
    stays + look, project: ops fire timers
    stays + register: ops reproject
    stays + answer-1, look: *every answer*
    refused, no_such_artifact: *every appraisal*
  `,
  "blocked before work": `
    stays + look: *every event*
    ready + status_comment, enqueue_execution: task read unchanged; comment accepts; comment asks for a change; comment answers; comment says go on; task asks for another month
    needs_clarification + status_comment, question-1: task read without period
    ignored: task read unassigned; task gone; comment accepts and task completed
    ready + refused-13, status_comment, enqueue_execution: stranger comments
    refused, wrong_state: restart; resume; ops release the lease; ops flush an empty outbox
    nothing: tick; *every reading*; replied; *every hold*
    refused, stale_attempt: *every acquire*
    refused, fenced: *every write*; *old writes*
    stays: *every parked*; set budget; ops flush the outbox
    cancelled + status_comment: cancel; kill; ops cancel; comment says stop
    stays + status_comment: pause
    stays + project: poke
    assessing + look: retry; ops requeue
    stays + look, project: ops fire timers
    stays + register: ops reproject
    stays + answer-1, look: *every answer*
    refused, no_such_artifact: *every appraisal*
  `,
  ready: `
    stays + look: *every event*
    nothing: task read unchanged; comment accepts; comment asks for a change; comment answers; comment says go on; tick; *every reading*; replied; no hold found
    stays: task read without period; *every parked*; set budget; ops flush the outbox
    cancelled + status_comment, stopped-1: task read unassigned; comment accepts and task completed; cancel; kill; ops cancel; comment says stop
    cancelled: task gone
    stays + refused-13: stranger comments
    stays + status_comment, change-1: task asks for another month
    refused, wrong_state: *every answer*; restart; resume; retry; ops release the lease; ops flush an empty outbox
    running + status_comment: acquire the wanted attempt
    refused, stale_attempt: acquire another attempt
    refused, fenced: *every write*; *old writes*
    stays + status_comment: pause; hold found
    stays + check_hold: holds changed
    stays + project: poke
    stays + enqueue_execution: ops requeue; ops fire timers
    stays + register: ops reproject
    refused, no_such_artifact: *every appraisal*
  `,
  running: `
    stays + look: *every event*
    nothing: task read unchanged; comment accepts; comment asks for a change; comment answers; comment says go on; tick; settle; *every reading*; replied; no hold found
    stays: task read without period; task gone; begin step; commit step; intend effect; heartbeat; reserve; *every parked*; set budget; ops flush the outbox
    stays + status_comment: task read unassigned; comment accepts and task completed; cancel; pause; hold found; ops cancel; comment says stop
    stays + refused-13: stranger comments
    stays + status_comment, change-1: task asks for another month
    refused, wrong_state: *every answer*; restart; resume; retry; ops requeue; ops flush an empty outbox
    refused, lease_held: acquire the wanted attempt
    refused, stale_attempt: acquire another attempt
    refused, fenced: *old writes*
    stays + status_comment, budget-1: exhausted
    review_ready + register, status_comment, review-v1, look: finish
    blocked + status_comment, blocked-1: refuse; fail for a setting
    stays + enqueue_execution: continue; cut_off; ops release the lease
    stays + enqueue_execution, status_comment: fail and try again; ops fire timers
    failed + status_comment, failed-1, incident-10: fail for good; decline
    cancelled + status_comment, stopped-1: kill
    stays + check_hold: holds changed
    stays + project: poke
    stays + register: ops reproject
    refused, no_such_artifact: *every appraisal*
  `,
  "running, lease run out": `
    stays + look: *every event*
    nothing: task read unchanged; comment accepts; comment asks for a change; comment answers; comment says go on; *every reading*; replied; no hold found
    stays: task read without period; task gone; *every parked*; set budget; ops flush the outbox
    stays + status_comment: task read unassigned; comment accepts and task completed; cancel; pause; hold found; ops cancel; comment says stop
    stays + refused-13: stranger comments
    stays + status_comment, change-1: task asks for another month
    refused, wrong_state: *every answer*; restart; resume; retry; ops requeue; ops flush an empty outbox
    stays + enqueue_execution, status_comment: tick; ops fire timers
    refused, lease_held: acquire the wanted attempt
    refused, stale_attempt: acquire another attempt
    refused, fenced: *every write*; *old writes*
    cancelled + status_comment, stopped-1: kill
    stays + check_hold: holds changed
    stays + project: poke
    stays + enqueue_execution: ops release the lease
    stays + register: ops reproject
    refused, no_such_artifact: *every appraisal*
  `,
  "waiting for the next try": `
    stays + look: *every event*
    nothing: task read unchanged; comment accepts; comment asks for a change; comment answers; comment says go on; tick; *every reading*; replied; no hold found
    stays: task read without period; *every parked*; set budget; ops flush the outbox
    cancelled + status_comment, stopped-1: task read unassigned; comment accepts and task completed; cancel; kill; ops cancel; comment says stop
    cancelled: task gone
    stays + refused-13: stranger comments
    stays + status_comment, change-1: task asks for another month
    refused, wrong_state: *every answer*; restart; resume; ops release the lease; ops flush an empty outbox
    refused, stale_attempt: *every acquire*
    refused, fenced: *every write*; *old writes*
    stays + status_comment: pause; hold found
    stays + check_hold: holds changed
    stays + project: poke
    stays + status_comment, enqueue_execution: retry
    stays + enqueue_execution: ops requeue; ops fire timers
    stays + register: ops reproject
    refused, no_such_artifact: *every appraisal*
  `,
  "a budget is used up": `
    stays + look: *every event*
    nothing: task read unchanged; comment accepts; comment asks for a change; comment answers; tick; *every reading*; replied; no hold found
    stays: task read without period; *every parked*; ops flush the outbox
    stays + status_comment, change-1: task asks for another month
    cancelled + status_comment, stopped-1: task read unassigned; comment accepts and task completed; comment says stop; cancel; kill; ops cancel
    cancelled: task gone
    stays + enqueue_execution: comment says go on; set budget
    stays + refused-13: stranger comments
    refused, wrong_state: restart; resume; retry; ops release the lease; ops flush an empty outbox
    refused, withheld: acquire the wanted attempt; ops requeue
    refused, stale_attempt: acquire another attempt
    refused, fenced: *every write*; *old writes*
    stays + status_comment: pause; hold found
    stays + check_hold: holds changed
    stays + project: poke
    stays + look, project: ops fire timers
    stays + register: ops reproject
    stays + answer-1, look: panel says go on
    refused, not_an_answer: panel answers; panel accepts
    refused, no_such_artifact: *every appraisal*
  `,
  "blocked at work": `
    stays + look: *every event*
    nothing: task read unchanged; tick; *every reading*; replied; *every hold*
    needs_clarification + status_comment, question-1: task read without period
    cancelled + status_comment, stopped-1: task read unassigned; comment accepts and task completed; cancel; kill; ops cancel; comment says stop
    cancelled: task gone
    ready + status_comment, enqueue_execution: comment accepts; comment asks for a change; comment answers; comment says go on; task asks for another month
    ready + look, status_comment, enqueue_execution: restart; retry; ops requeue
    stays + refused-13: stranger comments
    refused, stale_attempt: *every acquire*
    refused, fenced: *every write*; *old writes*
    stays: *every parked*; set budget; ops flush the outbox
    stays + status_comment: pause
    refused, wrong_state: resume; ops release the lease; ops flush an empty outbox
    stays + project: poke
    stays + look, project: ops fire timers
    stays + register: ops reproject
    stays + answer-1, look: *every answer*
    refused, no_such_artifact: *every appraisal*
  `,
  "review ready": `
    stays + look: *every event*
    nothing: task read unchanged; tick; *every reading*; replied; *every hold*
    stays: task read without period; comment says go on; *every parked*; set budget; ops flush the outbox
    cancelled + status_comment, stopped-1: task read unassigned; cancel; kill; ops cancel; comment says stop
    cancelled: task gone
    accepted + register, look, status_comment: comment accepts; comment accepts and task completed
    revision_requested + register, status_comment, enqueue_execution: comment asks for a change
    stays + classify:rnd_777_1, register: comment answers
    stays + refused-13: stranger comments
    stays + status_comment, change-1: task asks for another month
    ready + status_comment, enqueue_execution: restart
    refused, stale_attempt: *every acquire*
    refused, fenced: *every write*; *old writes*
    stays + status_comment: pause
    refused, wrong_state: resume; retry; ops release the lease; ops requeue; ops flush an empty outbox
    stays + project: poke
    stays + look, project: ops fire timers
    stays + register: ops reproject
    stays + answer-1, look: *every answer*
    refused, wrong_state: report dismissed; report marked reusable
    stays + register: report marked not reusable
  `,
  "reading a comment": `
    stays + look: *every event*
    nothing: task read unchanged; task read unassigned; *every comment*; comment accepts and task completed; tick; replied; *every hold*
    stays: task read without period; answer parked; effect dropped; set budget; ops flush the outbox
    cancelled: task gone
    stays + refused-13: stranger comments
    stays + status_comment, change-1: task asks for another month
    refused, wrong_state: restart; resume; retry; ops release the lease; ops requeue; ops flush an empty outbox
    refused, stale_attempt: *every acquire*
    refused, fenced: *every write*; *old writes*
    accepted + register, look, status_comment: model reads acceptance
    revision_requested + register, status_comment, look, enqueue_execution: model reads revision
    stays + register, reply-1, look, status_comment: model reads nothing; reading parked
    cancelled + status_comment, stopped-1: cancel; kill; ops cancel
    stays + status_comment: pause
    stays + project: poke
    stays + look, project: ops fire timers
    stays + register: ops reproject
    stays + answer-1, look: *every answer*
    refused, wrong_state: report dismissed; report marked reusable
    stays + register: report marked not reusable
  `,
  "answering a question": `
    stays + look: *every event*
    nothing: task read unchanged; *every comment*; tick; *every reading*; *every hold*
    stays: task read without period; reading parked; effect dropped; set budget; ops flush the outbox
    cancelled + status_comment, stopped-1: task read unassigned; comment accepts and task completed; cancel; kill; ops cancel
    cancelled: task gone
    stays + refused-13: stranger comments
    stays + status_comment, change-1: task asks for another month
    refused, wrong_state: restart; resume; retry; ops release the lease; ops requeue; ops flush an empty outbox
    refused, stale_attempt: *every acquire*
    refused, fenced: *every write*; *old writes*
    stays + register, reply-1, look, status_comment: replied; answer parked
    stays + status_comment: pause
    stays + project: poke
    stays + look, project: ops fire timers
    stays + register: ops reproject
    stays + answer-1, look: *every answer*
    refused, wrong_state: report dismissed; report marked reusable
    stays + register: report marked not reusable
  `,
  "revision requested": `
    stays + look: *every event*
    nothing: task read unchanged; *every comment*; tick; *every reading*; replied; no hold found
    stays: task read without period; *every parked*; set budget; ops flush the outbox
    cancelled + status_comment, stopped-1: task read unassigned; comment accepts and task completed; cancel; kill; ops cancel
    cancelled: task gone
    stays + refused-13: stranger comments
    stays + status_comment, change-1: task asks for another month
    refused, wrong_state: *every answer*; restart; resume; retry; ops release the lease; ops flush an empty outbox
    revision_running + status_comment: acquire the wanted attempt
    refused, stale_attempt: acquire another attempt
    refused, fenced: *every write*; *old writes*
    stays + status_comment: pause; hold found
    stays + check_hold: holds changed
    stays + project: poke
    stays + enqueue_execution: ops requeue; ops fire timers
    stays + register: ops reproject
    refused, wrong_state: report dismissed; report marked reusable
    stays + register: report marked not reusable
  `,
  "revision running": `
    stays + look: *every event*
    nothing: task read unchanged; *every comment*; tick; settle; *every reading*; replied; no hold found
    stays: task read without period; task gone; begin step; commit step; intend effect; heartbeat; reserve; *every parked*; set budget; ops flush the outbox
    stays + status_comment: task read unassigned; comment accepts and task completed; cancel; pause; hold found; ops cancel
    stays + refused-13: stranger comments
    stays + status_comment, change-1: task asks for another month
    refused, wrong_state: *every answer*; restart; resume; retry; ops requeue; ops flush an empty outbox
    refused, lease_held: acquire the wanted attempt
    refused, stale_attempt: acquire another attempt
    refused, fenced: *old writes*
    stays + status_comment, budget-1: exhausted
    review_ready + register, status_comment, review-v2, look: finish
    review_ready + register, reply-1, look, status_comment: decline
    blocked + status_comment, blocked-2: refuse; fail for a setting
    stays + enqueue_execution: continue; cut_off; ops release the lease
    stays + enqueue_execution, status_comment: fail and try again; ops fire timers
    failed + status_comment, failed-2, incident-17: fail for good
    cancelled + status_comment, stopped-1: kill
    stays + check_hold: holds changed
    stays + project: poke
    stays + register: ops reproject
    refused, wrong_state: report dismissed; report marked reusable
    stays + register: report marked not reusable
  `,
  "blocked in a revision": `
    stays + look: *every event*
    nothing: task read unchanged; tick; *every reading*; replied; *every hold*
    stays: task read without period; task asks for another month; *every parked*; set budget; ops flush the outbox
    cancelled + status_comment, stopped-1: task read unassigned; comment accepts and task completed; cancel; kill; ops cancel
    cancelled: task gone
    revision_requested + status_comment, enqueue_execution: *every comment*
    revision_requested + look, status_comment, enqueue_execution: restart; retry; ops requeue
    stays + refused-13: stranger comments
    refused, stale_attempt: *every acquire*
    refused, fenced: *every write*; *old writes*
    stays + status_comment: pause
    refused, wrong_state: resume; ops release the lease; ops flush an empty outbox
    stays + project: poke
    stays + look, project: ops fire timers
    stays + register: ops reproject
    stays + answer-1, look: *every answer*
    refused, wrong_state: report dismissed; report marked reusable
    stays + register: report marked not reusable
  `,
  "second version ready": `
    stays + look: *every event*
    nothing: task read unchanged; tick; *every reading*; replied; *every hold*
    stays: task read without period; comment says go on; *every parked*; set budget; ops flush the outbox
    cancelled + status_comment, stopped-1: task read unassigned; cancel; kill; ops cancel; comment says stop
    cancelled: task gone
    accepted + register, look, status_comment: comment accepts; comment accepts and task completed
    revision_requested + register, status_comment, enqueue_execution: comment asks for a change
    stays + classify:rnd_777_2, register: comment answers
    stays + refused-13: stranger comments
    stays + status_comment, change-1: task asks for another month
    revision_requested + status_comment, enqueue_execution: restart
    refused, stale_attempt: *every acquire*
    refused, fenced: *every write*; *old writes*
    stays + status_comment: pause
    refused, wrong_state: resume; retry; ops release the lease; ops requeue; ops flush an empty outbox
    stays + project: poke
    stays + look, project: ops fire timers
    stays + register: ops reproject
    stays + answer-1, look: *every answer*
    refused, wrong_state: report marked reusable
    stays + register: report dismissed; report marked not reusable
  `,
  accepted: `
    stays + look: event on the task
    nothing: look of the reconciler; task read unchanged; task read without period; task read unassigned; task gone; comment accepts; comment accepts and task completed; stranger comments; task asks for another month; tick; *every reading*; replied; *every hold*
    stays + closed: comment asks for a change; comment answers; comment says go on; comment says stop
    refused, wrong_state: *every answer*; restart; cancel; kill; pause; resume; retry; set budget; ops release the lease; ops requeue; ops cancel; ops fire timers; ops flush an empty outbox
    refused, stale_attempt: *every acquire*
    refused, fenced: *every write*; *old writes*
    stays: *every parked*; ops flush the outbox
    stays + project: poke
    stays + register: ops reproject
    stays + register: *every appraisal*
  `,
  failed: `
    nothing: *every event*; task read unchanged; task read without period; task read unassigned; task gone; *every comment*; comment accepts and task completed; stranger comments; task asks for another month; tick; *every reading*; replied; *every hold*
    ready + look, status_comment: restart; retry; ops requeue
    refused, stale_attempt: *every acquire*
    refused, fenced: *every write*; *old writes*
    stays: *every parked*; ops flush the outbox
    refused, wrong_state: *every answer*; cancel; kill; pause; resume; set budget; ops release the lease; ops cancel; ops fire timers; ops flush an empty outbox
    stays + project: poke
    stays + register: ops reproject
    refused, no_such_artifact: *every appraisal*
  `,
  quarantined: `
    nothing: *every event*; task read unchanged; task read without period; task read unassigned; task gone; *every comment*; comment accepts and task completed; stranger comments; task asks for another month; tick; *every reading*; replied; *every hold*
    refused, stale_attempt: *every acquire*
    refused, fenced: *every write*; *old writes*
    stays: *every parked*; ops flush the outbox
    refused, wrong_state: *every answer*; cancel; kill; pause; resume; set budget; ops release the lease; ops cancel; ops fire timers; ops flush an empty outbox
    stays + project: poke
    refused, reason_needed: restart; retry
    ready + look, status_comment: ops requeue
    stays + register: ops reproject
    refused, no_such_artifact: *every appraisal*
  `,
  stopping: `
    stays + look: *every event*
    nothing: task read unchanged; task read unassigned; task gone; comment accepts; comment asks for a change; comment answers; comment says go on; comment accepts and task completed; tick; settle; *every reading*; replied; cancel; no hold found
    stays: task read without period; begin step; heartbeat; reserve; *every parked*; set budget; ops cancel; ops flush the outbox; comment says stop
    stays + refused-13: stranger comments
    stays + status_comment, change-1: task asks for another month
    refused, wrong_state: *every answer*; restart; resume; retry; ops requeue; ops flush an empty outbox
    refused, lease_held: acquire the wanted attempt
    refused, stale_attempt: acquire another attempt
    cancelled + status_comment, stopped-1: commit step; intend effect; exhausted; finish; decline; refuse; continue; cut_off; fail and try again; fail for good; fail for a setting; kill; ops release the lease; ops fire timers
    refused, fenced: *old writes*
    stays + status_comment: pause; hold found
    stays + check_hold: holds changed
    stays + project: poke
    stays + register: ops reproject
    refused, no_such_artifact: *every appraisal*
  `,
  "cancelled at work": `
    nothing: *every event*; task read unchanged; task read without period; task read unassigned; task gone; *every comment*; comment accepts and task completed; stranger comments; task asks for another month; tick; *every reading*; replied; *every hold*
    refused, wrong_state: *every answer*; restart; cancel; kill; pause; resume; set budget; ops release the lease; ops cancel; ops fire timers; ops flush an empty outbox
    refused, stale_attempt: *every acquire*
    refused, fenced: *every write*; *old writes*
    stays: *every parked*; ops flush the outbox
    stays + project: poke
    assessing + look: retry; ops requeue
    stays + register: ops reproject
    refused, no_such_artifact: *every appraisal*
  `,
  "cancelled in review": `
    nothing: *every event*; task read unchanged; task read without period; task read unassigned; task gone; *every comment*; comment accepts and task completed; stranger comments; task asks for another month; tick; *every reading*; replied; *every hold*
    refused, wrong_state: *every answer*; restart; cancel; kill; pause; resume; set budget; ops release the lease; ops cancel; ops fire timers; ops flush an empty outbox
    refused, stale_attempt: *every acquire*
    refused, fenced: *every write*; *old writes*
    stays: *every parked*; ops flush the outbox
    stays + project: poke
    review_ready + look, status_comment: retry; ops requeue
    stays + register: ops reproject
    refused, wrong_state: report marked reusable
    stays + register: report dismissed; report marked not reusable
  `,
  "task left at work": `
    stays + look: *every event*
    ready + status_comment, enqueue_execution: task read unchanged; *every comment*; stranger comments; task asks for another month
    needs_clarification + status_comment, question-1: task read without period
    nothing: task read unassigned; task gone; comment accepts and task completed; tick; *every reading*; replied; *every hold*
    refused, wrong_state: *every answer*; restart; cancel; kill; pause; resume; set budget; ops release the lease; ops cancel; ops fire timers; ops flush an empty outbox
    refused, stale_attempt: *every acquire*
    refused, fenced: *every write*; *old writes*
    stays: *every parked*; ops flush the outbox
    stays + project: poke
    assessing + look: retry; ops requeue
    stays + register: ops reproject
    refused, no_such_artifact: *every appraisal*
  `,
  pausing: `
    stays + look: *every event*
    nothing: task read unchanged; comment accepts; comment asks for a change; comment answers; comment says go on; tick; settle; *every reading*; replied; no hold found
    stays: task read without period; task gone; begin step; heartbeat; reserve; *every parked*; set budget; ops flush the outbox
    stays + status_comment: task read unassigned; comment accepts and task completed; commit step; intend effect; cancel; resume; hold found; ops cancel; comment says stop
    stays + refused-13: stranger comments
    stays + status_comment, change-1: task asks for another month
    refused, wrong_state: *every answer*; restart; pause; retry; ops requeue; ops flush an empty outbox
    refused, withheld: acquire the wanted attempt
    refused, stale_attempt: acquire another attempt
    refused, fenced: *old writes*
    stays + status_comment, budget-1: exhausted
    review_ready + status_comment, register, review-v1, look: finish
    blocked + status_comment, blocked-1: refuse; fail for a setting
    stays + status_comment, enqueue_execution: continue; cut_off; ops release the lease; fail and try again; ops fire timers
    failed + status_comment, failed-1, incident-11: fail for good; decline
    cancelled + status_comment, stopped-1: kill
    stays + check_hold: holds changed
    stays + project: poke
    stays + register: ops reproject
    refused, no_such_artifact: *every appraisal*
  `,
  "paused at work": `
    stays + look: *every event*
    nothing: task read unchanged; comment accepts; comment asks for a change; comment answers; comment says go on; tick; *every reading*; replied; no hold found
    stays: task read without period; *every parked*; set budget; ops flush the outbox
    cancelled + status_comment, stopped-1: task read unassigned; comment accepts and task completed; cancel; kill; ops cancel; comment says stop
    cancelled: task gone
    stays + refused-13: stranger comments
    stays + status_comment, change-1: task asks for another month
    refused, wrong_state: *every answer*; restart; pause; retry; ops release the lease; ops flush an empty outbox
    refused, withheld: acquire the wanted attempt; ops requeue
    refused, stale_attempt: acquire another attempt
    refused, fenced: *every write*; *old writes*
    stays + status_comment, enqueue_execution: resume
    stays + status_comment: hold found
    stays + check_hold: holds changed
    stays + project: poke
    stays + look, project: ops fire timers
    stays + register: ops reproject
    refused, no_such_artifact: *every appraisal*
  `,
  "paused in review": `
    stays + look: *every event*
    nothing: task read unchanged; task read unassigned; *every comment*; comment accepts and task completed; tick; replied; *every hold*
    stays: task read without period; answer parked; effect dropped; set budget; ops flush the outbox
    cancelled: task gone
    stays + refused-13: stranger comments
    stays + status_comment, change-1: task asks for another month
    refused, wrong_state: restart; pause; retry; ops release the lease; ops requeue; ops flush an empty outbox
    refused, stale_attempt: *every acquire*
    refused, fenced: *every write*; *old writes*
    accepted + register, look, status_comment: model reads acceptance
    revision_requested + register, status_comment, look, enqueue_execution: model reads revision
    stays + register, reply-1, look, status_comment: model reads nothing; reading parked
    cancelled + status_comment, stopped-1: cancel; kill; ops cancel
    stays + classify:rnd_777_1, status_comment: resume
    stays + project: poke
    stays + look, project: ops fire timers
    stays + register: ops reproject
    stays + answer-1, look: *every answer*
    refused, wrong_state: report dismissed; report marked reusable
    stays + register: report marked not reusable
  `,
  held: `
    stays + look: *every event*
    nothing: task read unchanged; comment accepts; comment asks for a change; comment answers; comment says go on; tick; *every reading*; replied; hold found
    stays: task read without period; *every parked*; set budget; ops flush the outbox
    cancelled + status_comment, stopped-1: task read unassigned; comment accepts and task completed; cancel; kill; ops cancel; comment says stop
    cancelled: task gone
    stays + refused-13: stranger comments
    stays + status_comment, change-1: task asks for another month
    refused, wrong_state: *every answer*; restart; resume; retry; ops release the lease; ops flush an empty outbox
    refused, withheld: acquire the wanted attempt; ops requeue
    refused, stale_attempt: acquire another attempt
    refused, fenced: *every write*; *old writes*
    stays + status_comment: pause
    stays + status_comment, enqueue_execution: no hold found
    stays + check_hold: holds changed; ops fire timers
    stays + project: poke
    stays + register: ops reproject
    refused, no_such_artifact: *every appraisal*
  `,
};
