/** The Worker of the actor and route tests: our classes, with the outside of `run-world.ts`. */
import { AsanaGatewayActor, type GatewayDeps } from "../../src/actors/asana-gateway/actor.ts";
import { RunBoardActor } from "../../src/actors/board/actor.ts";
import { BusinessUnitActor } from "../../src/actors/business-unit/actor.ts";
import type { UnitDeps } from "../../src/actors/business-unit/deps.ts";
import { TeamAgentRunActor } from "../../src/actors/run/actor.ts";
import type { RunDeps } from "../../src/actors/run/deps.ts";
import { holdOnWork } from "../../src/d1/holds.ts";
import { registerArtifacts } from "../../src/d1/register.ts";
import { projectRun } from "../../src/d1/runs.ts";
import { openIndex } from "../../src/d1/schema.ts";
import { claimId, releaseClaims, writeFence } from "../../src/d1/unit-claims.ts";
import { seededUnit } from "../../src/d1/unit-rows.ts";
import { projectUnit } from "../../src/d1/units.ts";
import { reportIncident } from "../../src/error-desk.ts";
import { SEO, SETTINGS } from "./run-cases.ts";
import { theWorld, type Verb } from "./run-world.ts";
import { theUpstream } from "./upstream.ts";

export class TeamAgentRun extends TeamAgentRunActor<Env> {
  protected override deps(): RunDeps {
    const world = theWorld();
    const { faults } = world;
    const index = openIndex(this.env.PLATFORM_BUILD_DB);
    return {
      settings: {
        ...SETTINGS,
        leaseMs: world.leaseMs,
        budget: world.budget,
        // Asked for anew each time: a test may change its mind while the actor is in memory.
        get quietMs() {
          return world.quietMs;
        },
        get feedbackRoundLimit() {
          return world.feedbackRoundLimit;
        },
      },
      webOrigin: "https://panel.example",
      asana: world.asana,
      skills: [SEO],
      now: () => world.now,
      random: () => 0.5,
      units: () => faults.run("units", [], () => world.units),
      missingSecrets: async () => world.missingSecrets,
      holdOn: (target) => faults.run("holds", [target], () => holdOnWork(index, target)),
      reportIncident: (incident) =>
        reportIncident(incident, {
          index,
          tasks: world.ownTasks,
          projectGid: world.errorProjectGid,
          jessieUserGid: SETTINGS.jessieUserGid,
          webOrigin: "https://panel.example",
          now: () => world.now,
        }),
      enqueueExecution: (message) => faults.run("enqueue", [message], () => void world.executions.push(message)),
      project: (summary, archived) => faults.run("project", [summary], () => projectRun(index, summary, archived)),
      showOnBoard: (summary, archived) =>
        faults.run("board", [summary], async () => {
          await this.env.RUN_BOARD.getByName("board").put(summary, archived);
        }),
      register: (state, whole) =>
        faults.run("register", [state.version], () => registerArtifacts(this.env.PLATFORM_BUILD_DB, state, whole)),
      archive: {
        put: (key, text) => faults.run("archive", [key], () => void world.archive.set(key, text)),
        get: (key) => faults.run("archive", [key], () => world.archive.get(key) ?? null),
      },
      classify: (runId, comment, purse) =>
        faults.run("classify", [runId, comment], async () => {
          await world.think(purse);
          return world.reading;
        }),
      discuss: (_state, question) => faults.run("discuss", [question], () => world.sentences),
    };
  }
}

export class BusinessUnit extends BusinessUnitActor<Env> {
  protected override deps(): UnitDeps {
    const world = theWorld();
    const { faults } = world;
    const database = this.env.PLATFORM_BUILD_DB;
    const outside = <T>(verb: Verb, args: readonly unknown[], work: () => T | Promise<T>): Promise<T> =>
      faults.run(verb, args, async () => {
        const answer = await work();
        await world.meanwhile(verb);
        return answer;
      });
    return {
      settings: { leaseMs: world.leaseMs },
      now: () => world.now,
      random: () => 0.5,
      seeded: (id) => outside("seeded", [id], () => seededUnit(openIndex(database), id)),
      project: (rows) => outside("projectUnit", [rows], () => projectUnit(database, rows)),
      enlist: async (id) => {
        await this.env.RUN_BOARD.getByName("board").enlistUnit(id);
      },
      fence: (id, epoch) => outside("fence", [id, epoch], () => writeFence(database, id, epoch)),
      claim: (claimant, id) =>
        outside("claim", [id], () => claimId(database, claimant, id, new Date(world.now).toISOString())),
      releaseClaims: (id, kept) => outside("releaseClaims", [id, kept], () => releaseClaims(database, id, kept)),
      holdOn: (target) => outside("holds", [target], () => holdOnWork(openIndex(database), target)),
      enqueueRefresh: (message) => outside("enqueueRefresh", [message], () => void world.refreshes.push(message)),
    };
  }
}

export class RunBoard extends RunBoardActor<Env> {}

export class AsanaGateway extends AsanaGatewayActor<Env> {
  protected override deps(): GatewayDeps {
    const upstream = theUpstream();
    return {
      perMinute: upstream.perMinute,
      patienceMs: upstream.patienceMs,
      holds: (taskGid, epoch) => this.env.TEAM_AGENT_RUN.getByName(taskGid).holds(epoch),
      fetch: (request) => upstream.answer(request),
      now: () => upstream.now(),
    };
  }
}

export default {
  fetch: () => new Response("Tests call the routes directly.", { status: 501 }),
} satisfies ExportedHandler<Env>;
