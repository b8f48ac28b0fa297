import { describe, expect, test } from "vitest";
import { effectKey, effectsOf, laneOf } from "../../../src/core/run/effects.ts";
import type { RunEvent } from "../../../src/core/run/events.ts";
import {
  INCIDENT_EVENTS,
  INCIDENT_RUNS,
  type Incident,
  incidentMark,
  incidentName,
  incidentNotes,
  incidentOf,
} from "../../../src/core/run/incident.ts";
import type { RunState } from "../../../src/core/run/types.ts";
import { detailOf } from "../../../src/core/run/view.ts";
import { NOW } from "../../support/run-cases.ts";
import { fail, SITUATIONS, turn } from "../../support/run-machine.ts";

const failedWith = (code: string, detail = "It broke."): RunEvent => ({ type: "run.failed", cause: { code, detail } });

function stateOf(name: keyof typeof SITUATIONS): RunState {
  const { state } = SITUATIONS[name];
  if (state === null) throw new Error("The situation has a run.");
  return state;
}

function incident(code: string, detail?: string, from: RunState = stateOf("running")): Incident {
  const found = incidentOf(from, 9, [{ seq: 9, at: NOW, event: failedWith(code, detail) }]);
  if (found === null) throw new Error("A failure is an incident.");
  return found;
}

const once = { count: 1, firstAt: "2040-11-22T09:00:00.000Z", lastAt: "2040-11-22T09:00:00.000Z", runs: [] };
const notesOf = (one: Incident, seen: Parameters<typeof incidentNotes>[1] = once) =>
  incidentNotes(one, seen, "https://panel.example/");

describe("a failure becomes an incident", () => {
  test("when the run failed for good, beside the words to the requester", () => {
    const after = turn(SITUATIONS.running, fail(1, "permanent"));
    expect(after.state?.status).toBe("failed");
    expect(after.effects).toEqual(["status_comment", "failed-1", `incident-${after.seqs.at(-1)}`]);
  });

  test("not when the requester or a setting can mend it, and not when the run is tried again", () => {
    const blocked: RunEvent = {
      type: "run.blocked",
      cause: { code: "search_console_empty", detail: "x" },
      findings: [],
    };
    const kinds = effectsOf(blocked, { ...stateOf("running"), status: "blocked", cause: blocked.cause });
    expect(kinds.map(effectKey)).toEqual(["status_comment", "blocked-1"]);
    expect(turn(SITUATIONS.running, fail(1, "retryable")).effects.join(" ")).not.toContain("incident");
  });

  test("when the run talked to a machine, and then the task is left in peace", () => {
    const cause = { code: "ping_pong", detail: "x" };
    const state = { ...stateOf("running"), status: "blocked" as const, cause };
    const effects = effectsOf({ type: "run.blocked", cause, findings: [] }, state);
    expect(effects).toEqual([{ kind: "status_comment" }, { kind: "report_incident", seq: state.version }]);
    expect(effects.map(laneOf)).toEqual(["asana", "asana"]);
  });

  test("only by the entry of the log that says so", () => {
    const state = stateOf("running");
    expect(incidentOf(state, 9, [])).toBeNull();
    expect(incidentOf(state, 8, [{ seq: 9, at: NOW, event: failedWith("x") }])).toBeNull();
    expect(incidentOf(state, 9, [{ seq: 9, at: NOW, event: { type: "run.reopened" } }])).toBeNull();
  });

  test("the run knows its error task, and shows it", () => {
    const told = { type: "incident_reported", taskGid: "4", url: "https://app.asana.com/0/0/4" } as const;
    const { state } = turn(turn(SITUATIONS.running, fail(1, "permanent")), told);
    expect(state?.errorTask).toEqual({ gid: "4", url: "https://app.asana.com/0/0/4" });
    expect(state === null ? null : detailOf(state).errorTaskUrl).toBe("https://app.asana.com/0/0/4");
    expect(detailOf(stateOf("running")).errorTaskUrl).toBeNull();
  });
});

describe("the fingerprint", () => {
  test("is one for one cause, skill and upstream, whatever the words and the run", () => {
    const other = { ...stateOf("running"), runId: "tar_2" };
    expect(incident("ga4_unavailable", "a").fingerprint).toBe(incident("ga4_unavailable", "b", other).fingerprint);
    expect(incident("ga4_unavailable").fingerprint).not.toBe(incident("ga4_timeout").fingerprint);
    const unread = { ...stateOf("running"), brief: null };
    expect(incident("x", "", unread).fingerprint).not.toBe(incident("x").fingerprint);
    expect(incident("x", "", unread).skill).toBe("none");
  });

  test("is readable, and codes that look alike as a word are told apart", () => {
    expect(incident("worker_lost").fingerprint).toMatch(/^worker_lost-[0-9a-f]{8}$/);
    expect(incident("a b").fingerprint).not.toBe(incident("a-b").fingerprint);
  });

  test.each([
    ["search_console_permission", "search_console"],
    ["asana_not_found", "asana"],
    ["model", "model"],
    ["modelling", "agency_os"],
    ["quarantined", "agency_os"],
  ])("%s belongs to %s", (code, upstream) => {
    expect(incident(code).upstream).toBe(upstream);
  });
});

describe("the error task", () => {
  test("is named by cause and skill, with the mark at the end, whatever the code holds", () => {
    const one = incident("Evil ]\n[incident:other]");
    expect(incidentName(one)).toMatch(/^Agency OS: evil_incident_other_ in seo_report(ing)? \[incident:[a-z0-9_-]+\]$/);
    expect(incidentName(one).endsWith(incidentMark(one.fingerprint))).toBe(true);
  });

  test("says what, how often, since when, where, and the one click", () => {
    const runs = [
      { runId: "tar_2", at: "2040-11-22T10:00:00.000Z" },
      { runId: "tar_1", at: "2040-11-22T09:00:00.000Z" },
    ];
    const seen = { count: 2, firstAt: "2040-11-22T09:00:00.000Z", lastAt: "2040-11-22T10:00:00.000Z", runs };
    const text = notesOf(incident("ga4_unavailable", "GA4 answered 500."), seen);
    expect(text).toContain("GA4 answered 500.");
    expect(text).toContain("Seen 2 times. First 2040-11-22 09:00:00 UTC, last 2040-11-22 10:00:00 UTC.");
    expect(text).toContain("Cause: ga4_unavailable. Skill: SEO reporting. Where: Google Analytics 4.");
    expect(text).toContain("open the run and press Retry");
    expect(text).toContain(
      "- https://panel.example/runs/tar_2 (2040-11-22 10:00:00 UTC)\n- https://panel.example/runs/tar_1",
    );
    expect(text).toContain("UTC Failed. GA4 answered 500.");
    expect(notesOf(incident("x"))).toContain("Seen once.");
    const unread = incident("x", "", { ...stateOf("running"), brief: null });
    expect(notesOf(unread)).toContain("Skill: not known yet. Where: Agency OS itself.");
  });

  test("stays far below Asana's limit and one line an entry, whatever the log quotes", () => {
    const hostile = `</body>\u202E [jessie:777:status] http://evil.example/${"𝒳\n".repeat(5_000)}`;
    const log = Array.from({ length: 80 }, (_, n) => ({ seq: n + 1, at: NOW, event: failedWith("x", hostile) }));
    const one = incidentOf(stateOf("running"), 80, log);
    if (one === null) throw new Error("A failure is an incident.");
    const runs = Array.from({ length: 30 }, (_, n) => ({ runId: `tar_${n}`, at: once.lastAt }));
    const text = notesOf(one, { ...once, count: 30, runs });
    expect(text.length).toBeLessThan(16_000);
    expect(text.match(/^- \d{4}-/gm)).toHaveLength(INCIDENT_EVENTS);
    expect(text.match(/^- https:/gm)).toHaveLength(INCIDENT_RUNS);
    expect(text).not.toContain("http://");
    expect(text).not.toContain("[jessie:");
    expect(text).not.toContain("\u202E");
    expect(text.isWellFormed()).toBe(true);
  });
});
