/** The queue consumers: parse, hand to the actor or the runner, acknowledge. What cannot be used is buried, not retried. */
import * as v from "valibot";
import { failureRecord } from "./core/errors.ts";
import {
  type BusinessUnitRefreshMessage,
  type PlatformBuildRunMessage,
  type QueueMessage,
  QueueMessageSchema,
  type TeamAgentRunMessage,
} from "./core/messages.ts";
import { log } from "./lib/log.ts";
import { execute, type RunnerDeps } from "./runner/execute.ts";

export interface QueueDeps {
  deliver(message: TeamAgentRunMessage): Promise<void>;
  /** Made per message: each attempt has its own ports and token cache. */
  runner(): RunnerDeps;
  /** Works on a refresh of a Business Unit. */
  refresh(message: BusinessUnitRefreshMessage): Promise<void>;
  noteBuild(message: PlatformBuildRunMessage): Promise<void>;
  bury(letter: {
    deadLetterId: string;
    queue: string;
    reason: string;
    body: string;
    receivedAt: string;
  }): Promise<void>;
  now(): Date;
}

/** The part of a queue message that is used here. */
export interface QueuedMessage {
  readonly id: string;
  readonly body: unknown;
  readonly attempts: number;
  ack(): void;
  retry(options?: { delaySeconds?: number }): void;
}

/** Waits before the retries, one for each `max_retries` in wrangler.jsonc; after the last the message is buried with its cause. */
export const RETRY_SECONDS = [1, 5, 30, 120, 300] as const;

/** Handles a batch; messages do not wait for each other. */
export async function consume(queue: string, messages: readonly QueuedMessage[], deps: QueueDeps): Promise<void> {
  const handle = queue.endsWith("-dlq") ? consumeDead : consumeOne;
  await Promise.all(messages.map((message) => handle(queue, message, deps)));
}

async function consumeOne(queue: string, message: QueuedMessage, deps: QueueDeps): Promise<void> {
  const parsed = v.safeParse(QueueMessageSchema, message.body);
  try {
    if (!parsed.success) {
      const issue = parsed.issues[0];
      await bury(
        queue,
        message,
        `does not parse: ${v.getDotPath(issue) ?? "message"}: expected ${issue.expected ?? "another value"}`,
        deps,
      );
    } else {
      await dispatch(parsed.output, deps);
    }
    message.ack();
  } catch (thrown) {
    const failure = failureRecord(thrown);
    log.warn("queue.message_failed", {
      queue,
      messageId: message.id,
      attempt: message.attempts,
      code: failure.code,
      message: failure.message,
    });
    await retryOrBury(queue, message, `${failure.code}: ${failure.message}`, deps);
  }
}

/** The last try is known here and its cause with it; the queue's own dead letters know only that there was one. */
async function retryOrBury(queue: string, message: QueuedMessage, cause: string, deps: QueueDeps): Promise<void> {
  const delaySeconds = RETRY_SECONDS[message.attempts - 1];
  try {
    if (delaySeconds !== undefined) return message.retry({ delaySeconds });
    await bury(queue, message, `ran out of retries: ${cause}`, deps);
    message.ack();
  } catch {
    message.retry();
  }
}

async function dispatch(message: QueueMessage, deps: QueueDeps): Promise<void> {
  switch (message.type) {
    case "team-agent-run":
      return deps.deliver(message);
    case "team-agent-execution":
      return execute(message, deps.runner());
    case "business-unit-refresh":
      return deps.refresh(message);
    case "platform-build-run":
      return deps.noteBuild(message);
  }
}

async function consumeDead(queue: string, message: QueuedMessage, deps: QueueDeps): Promise<void> {
  try {
    await bury(queue, message, "ran out of retries", deps);
    message.ack();
  } catch {
    message.retry({ delaySeconds: 60 });
  }
}

async function bury(queue: string, message: QueuedMessage, reason: string, deps: QueueDeps): Promise<void> {
  log.error("queue.dead_letter", { queue, messageId: message.id, reason });
  const receivedAt = deps.now().toISOString();
  await deps.bury({
    deadLetterId: message.id,
    queue: queue.replace(/-dlq$/, ""),
    reason,
    body: textOf(message.body),
    receivedAt,
  });
}

function textOf(body: unknown): string {
  try {
    return JSON.stringify(body) ?? String(body);
  } catch {
    return "a body that is not JSON";
  }
}
