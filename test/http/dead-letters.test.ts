import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import { ProblemSchema } from "../../src/core/wire.ts";
import { buryMessage, claimReplay, findDeadLetter } from "../../src/d1/dead-letters.ts";
import { openIndex } from "../../src/d1/schema.ts";
import { NOW, runMessageOf, taskEvent } from "../support/run-cases.ts";
import { ask, bodyOf, type Desk, newDesk } from "./hands.ts";

const index = openIndex(env.PLATFORM_BUILD_DB);
let desk: Desk;
let letters = 0;

beforeEach(() => {
  desk = newDesk();
});

async function bury(body: string, reason = "ran out of retries: actor_down: The actor is down."): Promise<string> {
  letters += 1;
  const deadLetterId = `letter-${letters}`;
  await buryMessage(index, {
    deadLetterId,
    queue: "team-agent",
    reason,
    body,
    receivedAt: new Date(NOW).toISOString(),
  });
  return deadLetterId;
}
const replay = (id: string, body: unknown = { reason: "the actor is up again" }) =>
  ask(desk, "POST", `/internal/dead-letters/${id}/replay`, {
    body: JSON.stringify(body),
    headers: { "X-Agency-OS-Staff": "ops@agency.example" },
  });
const codeOf = async (response: Response) => [response.status, (await bodyOf(response, ProblemSchema)).code];
const message = runMessageOf("41", [taskEvent("41")]);

describe("a dead letter that is put back", () => {
  test("goes on its queue as it was, and says who did it, when and why", async () => {
    const id = await bury(JSON.stringify(message));
    expect((await replay(id)).status).toBe(202);
    expect(desk.requeued).toEqual([message]);
    expect(await findDeadLetter(index, id)).toMatchObject({
      replayedAt: new Date(NOW).toISOString(),
      replayedBy: "ops@agency.example",
      replayReason: "the actor is up again",
      reason: "ran out of retries: actor_down: The actor is down.",
    });
  });

  test("goes back once, also when two ask at the same moment", async () => {
    const id = await bury(JSON.stringify(message));
    const answers = await Promise.all([replay(id), replay(id)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([202, 409]);
    expect(await codeOf(await replay(id))).toEqual([409, "already_replayed"]);
    expect(desk.requeued).toHaveLength(1);
  });

  test("is put back by the next who asks when whoever began it died before the queue took it, or before they could say so", async () => {
    const id = await bury(JSON.stringify(message));
    expect(await claimReplay(index, id, new Date(NOW).toISOString())).toBe(true);
    expect(await codeOf(await replay(id))).toEqual([409, "being_replayed"]);
    expect(await findDeadLetter(index, id)).toMatchObject({ replayedAt: null, replayedBy: null });
    desk.now += 60_000;
    expect((await replay(id)).status).toBe(202);
    expect(desk.requeued).toEqual([message]);
    expect(await codeOf(await replay(id))).toEqual([409, "already_replayed"]);
  });

  test("may be put back again when it died again: that is a letter of its own", async () => {
    await replay(await bury(JSON.stringify(message)));
    expect((await replay(await bury(JSON.stringify(message)))).status).toBe(202);
    expect(desk.requeued).toHaveLength(2);
  });

  test("is as it was when the queue does not take it", async () => {
    const id = await bury(JSON.stringify(message));
    desk.queueFailure = new Error("The queue is down.");
    expect((await replay(id)).status).toBe(500);
    desk.queueFailure = null;
    expect(await findDeadLetter(index, id)).toMatchObject({ replayedAt: null, replayedBy: null });
    expect((await replay(id)).status).toBe(202);
  });
});

test("a message that is not readable cannot be put back, and says what it died of", async () => {
  const id = await bury("hello", "does not parse: message");
  const response = await replay(id);
  const { code, detail } = await bodyOf(response, ProblemSchema);
  expect([response.status, code, detail]).toEqual([
    409,
    "dead_letter_unreadable",
    expect.stringContaining("does not parse: message"),
  ]);
  expect(desk.requeued).toEqual([]);
});

test.each<[string, unknown]>([
  ["nothing", {}],
  ["an empty one", { reason: " " }],
  ["a list", []],
])("without a reason nothing is put back: %s", async (_what, body) => {
  const id = await bury(JSON.stringify(message));
  expect(await codeOf(await replay(id, body))).toEqual([400, "bad_body"]);
  expect(desk.requeued).toEqual([]);
});

test("a letter nobody knows is a 404", async () => {
  expect(await codeOf(await replay("letter-of-nobody"))).toEqual([404, "no_such_dead_letter"]);
});
